/**
 * The platform's JSON parser, with a way around its fault.
 *
 * V8 in Node 24 (24.21.0; not in Node 20) remembers which key followed which in objects it has
 * parsed, and compares a remembered key with the raw text of the next one, escapes and all. So
 * after `{"a":1,"\\u004":2}` has been parsed once, `{"a":1,"\u0041dmin":2}` yields the key
 * `\u004` instead of `Admin`: one text changes the meaning of another, whoever sent it. Only keys
 * written with escapes are affected. A text that has one is therefore built here, and only such a
 * text.
 */
import { assert } from '../assert.ts';
import type { JsonValue } from './value.ts';

/**
 * The value of a JSON text that is known to be valid, or whose errors the caller hides: throws
 * SyntaxError, whose message quotes the text, or an assertion. Of a repeated key the last one
 * counts. Objects have a prototype or not: read their own keys only.
 */
export function platformParse(text: string): JsonValue {
  const parsed = JSON.parse(text) as JsonValue;
  return text.includes('\\') && hasEscapedKey(text) ? new Builder(text).document() : parsed;
}

/** Whether a key of a valid JSON text is written with an escape. */
function hasEscapedKey(text: string): boolean {
  let at = text.indexOf('"');
  while (at >= 0) {
    const end = endOfString(text, at);
    const isKey = text[skipSpace(text, end)] === ':';
    if (isKey && text.slice(at, end).includes('\\')) return true;
    at = text.indexOf('"', end);
  }
  return false;
}

/** The offset behind the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') {
    assert(at < text.length, 'a string of a valid text has an end');
    at += text[at] === '\\' ? 2 : 1;
  }
  return at + 1;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at += 1;
  return at;
}

/** Builds the value of a valid text: the platform reads single strings and numbers only. */
class Builder {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonValue {
    const value = this.#value();
    assert(skipSpace(this.#text, this.#at) === this.#text.length, 'a valid text is one value');
    return value;
  }

  #value(): JsonValue {
    const first = this.#peek();
    if (first === '{') return this.#object();
    if (first === '[') return this.#array();
    return first === '"' ? this.#string() : this.#word();
  }

  #object(): JsonValue {
    const object = { __proto__: null } as unknown as Record<string, JsonValue>;
    this.#at += 1;
    while (this.#peek() !== '}') {
      const key = this.#string();
      assert(this.#peek() === ':', 'a key of a valid text has a value');
      this.#at += 1;
      object[key] = this.#value();
      if (this.#peek() === ',') this.#at += 1;
    }
    this.#at += 1;
    return object;
  }

  #array(): JsonValue {
    const array: JsonValue[] = [];
    this.#at += 1;
    while (this.#peek() !== ']') {
      array.push(this.#value());
      if (this.#peek() === ',') this.#at += 1;
    }
    this.#at += 1;
    return array;
  }

  #string(): string {
    const start = skipSpace(this.#text, this.#at);
    this.#at = endOfString(this.#text, start);
    return JSON.parse(this.#text.slice(start, this.#at)) as string;
  }

  /** A number, true, false or null. */
  #word(): JsonValue {
    const start = skipSpace(this.#text, this.#at);
    let end = start;
    while (end < this.#text.length && !',]} \n\r\t'.includes(this.#text[end] ?? '')) end += 1;
    this.#at = end;
    return JSON.parse(this.#text.slice(start, end)) as JsonValue;
  }

  #peek(): string | undefined {
    this.#at = skipSpace(this.#text, this.#at);
    return this.#text[this.#at];
  }
}
