/**
 * The path of a rule: literal segments, `+` for exactly one whole segment, a `*` at the very end
 * for any rest, and templates `{{…}}` whose values come from the token's identity.
 *
 * A path that could never match (an empty or dot segment, what canonical paths cannot hold) is
 * refused when the policy is written: such a rule is a denial that does not deny, found too late.
 */
import { utf8Length } from '../encoding/utf8.ts';
import { unprintableIn } from '../path/characters.ts';
import { policyPatternBytesMax, policyTemplatesMax } from './limits.ts';

/** A stretch of literal text, or the key of a template, as `identity.entity.id`. */
export type PatternPart = { readonly text: string } | { readonly template: string };

export interface PathPattern {
  /** As written, without a leading slash. */
  readonly source: string;
  readonly parts: readonly PatternPart[];
}

export type PatternOutcome =
  | { readonly pattern: PathPattern; readonly warning: string | undefined }
  | { readonly problem: string; readonly hint?: string };

/** Entity and group facts that Vault's templates can name. */
const TEMPLATE_KEY = /^identity\.(?:entity|groups)\.[^\s{}]+$/;

/** Reads a rule's path, or says what is wrong with it. */
export function parsePattern(written: string): PatternOutcome {
  const source = written.startsWith('/') ? written.slice(1) : written;
  if (source === '') return { problem: 'the path is empty' };
  if (utf8Length(source) > policyPatternBytesMax) {
    return { problem: `the path is longer than ${policyPatternBytesMax} bytes` };
  }
  const parts = splitTemplates(source);
  if (parts === undefined) return { problem: 'the path has "{{" and "}}" that are not in pairs' };
  const problem = templateProblem(parts) ?? literalProblem(parts);
  if (problem !== undefined) return { problem };
  return { pattern: { source, parts }, warning: wildcardWarning(parts) };
}

/** Whether the path depends on who asks. */
export function isTemplated(pattern: PathPattern): boolean {
  return pattern.parts.some((part) => 'template' in part);
}

/** The text before the first template, or the whole path without one. */
export function literalPrefix(pattern: PathPattern): string {
  const [first] = pattern.parts;
  return first !== undefined && 'text' in first ? first.text : '';
}

function splitTemplates(source: string): PatternPart[] | undefined {
  const parts: PatternPart[] = [];
  let rest = source;
  for (;;) {
    const open = rest.indexOf('{{');
    const text = open < 0 ? rest : rest.slice(0, open);
    if (text.includes('}}')) return undefined;
    if (text !== '') parts.push({ text });
    if (open < 0) return parts;
    const close = rest.indexOf('}}', open);
    if (close < 0) return undefined;
    parts.push({ template: rest.slice(open + 2, close).trim() });
    rest = rest.slice(close + 2);
  }
}

function templateProblem(parts: readonly PatternPart[]): string | undefined {
  const templates = parts.filter((part) => 'template' in part);
  if (templates.length > policyTemplatesMax) {
    return `the path has more than ${policyTemplatesMax} templates`;
  }
  const known = templates.every(({ template }) => TEMPLATE_KEY.test(template));
  return known ? undefined : 'a template names an "identity.entity." or "identity.groups." value';
}

/** A letter stands for each template's value, which is checked when it is known. */
function literalProblem(parts: readonly PatternPart[]): string | undefined {
  const text = parts.map((part) => ('text' in part ? part.text : 'x')).join('');
  const unprintable = unprintableIn(text);
  if (unprintable !== undefined) return `the path cannot contain ${unprintable}`;
  if (text.includes('\\')) return 'the path cannot contain a backslash';
  if (text.includes('+*')) return '"+*" is not allowed in the path';
  const segments = text.split('/');
  // An empty last segment is a folder; the prefix of a `*` is not a whole segment.
  const whole = text.endsWith('*') ? segments.slice(0, -1) : segments;
  const inner = whole.at(-1) === '' ? whole.slice(0, -1) : whole;
  if (inner.includes('')) return 'the path has an empty segment, so the rule would never match';
  if (whole.includes('.') || whole.includes('..')) {
    return 'the path has a "." or ".." segment, so the rule would never match';
  }
  return undefined;
}

function wildcardWarning(parts: readonly PatternPart[]): string | undefined {
  const text = parts.map((part) => ('text' in part ? part.text : 'x')).join('');
  if (text.slice(0, -1).includes('*')) {
    return '"*" means any text only at the end of the path; write "+" for one segment';
  }
  const isPlain = text.split('/').some((segment) => segment !== '+' && segment.includes('+'));
  return isPlain
    ? '"+" means one segment only between slashes; here it is a plain character'
    : undefined;
}
