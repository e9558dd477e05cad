/**
 * Puts the token's identity into the path of a rule, and fails closed: a value that is missing, or
 * that could widen the rule or change what it names (CVE-2026-5006), grants nothing where the rule
 * allows, and denies everything under the rule's literal beginning where it denies.
 */
import { utf8Length } from '../encoding/utf8.ts';
import { nameBytesMax } from '../limits.ts';
import { unprintableIn } from '../path/characters.ts';
import { isTemplated, literalPrefix, type PathPattern } from './pattern.ts';

/** The value of a template's key (`identity.entity.id`), or undefined if the token has none. */
export type TemplateValues = (key: string) => string | undefined;

export type Rendering =
  | { readonly path: string }
  /** The key whose value cannot be used, and why, as the end of a sentence. */
  | { readonly key: string; readonly problem: string };

/** The rule's path with all values in their places, or the first value that cannot be used. */
export function renderPattern(pattern: PathPattern, values: TemplateValues): Rendering {
  if (!isTemplated(pattern)) return { path: pattern.source };
  let path = '';
  for (const part of pattern.parts) {
    if ('text' in part) {
      path += part.text;
      continue;
    }
    const value = values(part.template);
    const problem = valueProblem(value);
    if (problem !== undefined) return { key: part.template, problem };
    path += value;
  }
  return { path };
}

/**
 * The prefix under which a rule denies when it cannot be rendered. A last segment that is only `+`
 * so far may become any segment: then the prefix ends before it.
 */
export function deniedPrefix(pattern: PathPattern): string {
  const prefix = literalPrefix(pattern);
  return prefix === '+' || prefix.endsWith('/+') ? prefix.slice(0, -1) : prefix;
}

function valueProblem(value: string | undefined): string | undefined {
  if (value === undefined) return 'has no value';
  if (value === '') return 'is empty';
  if (/[/*+\\{}]/.test(value)) return 'contains a character that means something in a path';
  if (value === '.' || value === '..') return 'is a path segment of its own meaning';
  if (unprintableIn(value) !== undefined) return 'contains a character that no path can hold';
  return utf8Length(value) > nameBytesMax ? `is longer than ${nameBytesMax} bytes` : undefined;
}
