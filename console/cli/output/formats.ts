import type { JsonValue } from '../../../shared/json/value.ts';

/**
 * Values for programs: exact, and harmless to a terminal all the same, because what a terminal
 * could take for a command is written as an escape of the format itself.
 */

export type Format = 'table' | 'json' | 'yaml';

/** The format of a name, or undefined. */
export function formatOf(name: string): Format | undefined {
  const formats: Readonly<Record<string, Format>> = {
    __proto__: null,
    table: 'table',
    json: 'json',
    yaml: 'yaml',
    yml: 'yaml',
  } as never;
  return formats[name];
}

/** JSON in lines. */
export function jsonText(value: JsonValue): string {
  const text = JSON.stringify(value, undefined, 2);
  return `${text.replaceAll(everyInvisible, escapeForJson)}\n`;
}

/** A line of JSON as it stands, harmless to a terminal. */
export function jsonLine(line: string): string {
  return `${line.replaceAll(everyInvisible, escapeForJson)}\n`;
}

/** YAML. Strings with characters that cannot be seen are quoted, so that they can be escaped. */
export async function yamlText(value: JsonValue): Promise<string> {
  const { stringify } = await import('yaml');
  const options = { lineWidth: 0, aliasDuplicateObjects: false } as const;
  const plain = stringify(value, options);
  if (plain.search(everyInvisible) < 0) return plain;
  const quoted = { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'QUOTE_DOUBLE' } as const;
  const text = stringify(value, { ...options, ...quoted });
  return text.replaceAll(everyInvisible, escapeForYaml);
}

/** What is neither printable nor a line feed. (JSON itself escapes what lies below a space.) */
const everyInvisible = /(?!\n)[\p{C}\p{Zl}\p{Zp}]/gu;

/** RFC 8259: beyond U+FFFF as a pair of surrogates. */
function escapeForJson(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

/** YAML 1.2, section 5.7: beyond U+FFFF as eight digits. */
function escapeForYaml(character: string): string {
  const digits = (character.codePointAt(0) ?? 0).toString(16);
  return digits.length > 4 ? `\\U${digits.padStart(8, '0')}` : `\\u${digits.padStart(4, '0')}`;
}
