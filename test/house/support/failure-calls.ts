/** Finds where errors of the registry are thrown, and which parameters the thrower passes. */
import type { ProjectFile } from './project.ts';

export interface FailureCall {
  readonly path: string;
  readonly line: number;
  readonly code: string;
  /** Names of the parameters given; undefined when they are not written out at the call. */
  readonly parameters: readonly string[] | undefined;
}

/** Every `failure('code', { … })` whose code is written out. */
export function failureCalls({ path, text }: ProjectFile): readonly FailureCall[] {
  const calls: FailureCall[] = [];
  for (const match of text.matchAll(/\bfailure\(\s*'(?<code>[\w.-]+)'(?<comma>\s*,)?/g)) {
    const end = match.index + match[0].length;
    calls.push({
      path,
      line: text.slice(0, match.index).split('\n').length,
      code: match.groups?.['code'] ?? '',
      parameters: match.groups?.['comma'] === undefined ? [] : literalKeys(text.slice(end)),
    });
  }
  return calls;
}

/** The keys of the object literal that the text starts with; undefined when it is none. */
function literalKeys(text: string): readonly string[] | undefined {
  const start = /^\s*\{/.exec(text);
  if (start === null) return undefined;
  const keys: string[] = [];
  for (const property of splitTopLevel(text.slice(start[0].length))) {
    if (property.startsWith('...')) return undefined;
    const key = /^(?:'([\w-]+)'|(\w+))/.exec(property);
    if (key !== null) keys.push(key[1] ?? key[2] ?? '');
  }
  return keys;
}

/** The comma-separated parts up to the closing brace, without looking into brackets or quotes. */
function splitTopLevel(text: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  let quote = '';
  for (const character of text) {
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (/['"`]/.test(character)) {
      quote = character;
    } else if (/[([{]/.test(character)) {
      depth += 1;
    } else if (/[)\]}]/.test(character)) {
      if (depth === 0) break;
      depth -= 1;
    }
    if (character === ',' && depth === 0 && quote === '') {
      parts.push(part.trim());
      part = '';
    } else {
      part += character;
    }
  }
  return [...parts, part.trim()].filter((filled) => filled !== '');
}
