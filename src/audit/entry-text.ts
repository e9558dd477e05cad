/**
 * The JSON text of records. What many records say in the same words (who asks, with which rights)
 * comes as constants (shared/json/constant.ts) and is turned into text once.
 */
import type { AuditEntry } from '../../shared/audit/entry.ts';
import { isConstantJson } from '../../shared/json/constant.ts';

const texts = new WeakMap<object, string>();

/** The same text as `JSON.stringify(entry)`. */
export function entryText(entry: AuditEntry): string {
  let text = '';
  for (const [name, value] of Object.entries<unknown>(entry)) {
    if (value === undefined) continue;
    text += `${text === '' ? '{' : ','}"${name}":${fieldText(value)}`;
  }
  return `${text}}`;
}

function fieldText(value: unknown): string {
  if (typeof value !== 'object' || value === null || !isConstantJson(value)) {
    return JSON.stringify(value);
  }
  const known = texts.get(value);
  if (known !== undefined) return known;
  const text = JSON.stringify(value);
  texts.set(value, text);
  return text;
}
