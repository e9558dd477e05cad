/**
 * Tokens of a policy: the part of HCL 1 that policies use (github.com/hashicorp/hcl, "Syntax"), and
 * JSON. Comments are tokens too, because the printer keeps them. Not taken: heredocs.
 */
import { utf8Encode } from '../encoding/utf8.ts';
import { isFailure } from '../errors/failure.ts';
import { scanNumber } from '../json/scan-number.ts';
import type { Span } from './diagnostics.ts';

export type Token = Span &
  (
    | { readonly kind: 'word'; readonly text: string }
    | { readonly kind: 'string'; readonly text: string }
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'mark'; readonly text: Mark }
    | { readonly kind: 'comment'; readonly text: string }
    | { readonly kind: 'end' }
  );

export type Mark = '{' | '}' | '[' | ']' | '=' | ':' | ',';

/** A syntax error; caught by whoever asked for the parse, never seen outside of this folder. */
export class SyntaxProblem extends Error {
  readonly span: Span;
  readonly hint: string | undefined;

  constructor(span: Span, message: string, hint?: string) {
    super(message);
    this.span = span;
    this.hint = hint;
  }
}

const SPACE = /[ \t\r\n]*/y;
const WORD = /[A-Za-z_][A-Za-z0-9_.-]*/y;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LINE_COMMENT = /(?:#|\/\/)[^\r\n]*/y;
/** A string's content up to its quote, a backslash, or what may not stand in it. */
const PLAIN = /[^"\\\0-\x1f]*/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Makes one token after another. Throws SyntaxProblem. */
export class Lexer {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  next(): Token {
    this.#take(SPACE);
    const offset = this.#at;
    const character = this.#text[offset];
    if (character === undefined) return { kind: 'end', offset, end: offset };
    if (isMark(character)) {
      this.#at += 1;
      return { kind: 'mark', text: character, offset, end: this.#at };
    }
    if (character === '"') return this.#string(offset);
    return this.#comment(offset) ?? this.#wordOrNumber(offset);
  }

  #wordOrNumber(offset: number): Token {
    const word = this.#take(WORD);
    if (word !== '') return { kind: 'word', text: word, offset, end: this.#at };
    const digits = this.#take(NUMBER);
    if (digits === '') throw this.#unexpected(offset);
    const span = { offset, end: this.#at };
    checkNumber(digits, span);
    return { kind: 'number', value: Number(digits), ...span };
  }

  #comment(offset: number): Token | undefined {
    const line = this.#take(LINE_COMMENT);
    if (line !== '') return { kind: 'comment', text: line.trimEnd(), offset, end: this.#at };
    if (!this.#text.startsWith('/*', offset)) return undefined;
    const close = this.#text.indexOf('*/', offset + 2);
    if (close < 0) throw new SyntaxProblem({ offset, end: offset + 2 }, 'the comment has no end');
    this.#at = close + 2;
    return { kind: 'comment', text: this.#text.slice(offset, this.#at), offset, end: this.#at };
  }

  #string(offset: number): Token {
    this.#at += 1;
    let text = '';
    for (;;) {
      text += this.#take(PLAIN);
      const character = this.#text[this.#at];
      if (character === '"') break;
      if (character !== '\\') {
        throw new SyntaxProblem({ offset, end: this.#at }, 'the string has no end on its line');
      }
      text += this.#escape();
    }
    this.#at += 1;
    if (!text.isWellFormed()) {
      throw new SyntaxProblem(
        { offset, end: this.#at },
        'the string holds half of a surrogate pair',
      );
    }
    return { kind: 'string', text, offset, end: this.#at };
  }

  #escape(): string {
    const start = this.#at;
    const simple = ESCAPES[this.#text[start + 1] ?? ''];
    this.#at += 2;
    if (simple !== undefined) return simple;
    const digits = /^u([0-9a-fA-F]{4})/.exec(this.#text.slice(start + 1, start + 6))?.[1];
    if (digits === undefined) {
      throw new SyntaxProblem({ offset: start, end: start + 2 }, 'unknown escape in a string');
    }
    this.#at = start + 6;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #unexpected(offset: number): SyntaxProblem {
    const span = { offset, end: offset + 1 };
    if (this.#text.startsWith('<<', offset)) {
      return new SyntaxProblem(span, 'heredocs are not taken', 'write the text in quotes');
    }
    if (this.#text[offset] === "'") {
      return new SyntaxProblem(span, 'unexpected character', 'strings stand in double quotes');
    }
    return new SyntaxProblem(span, 'unexpected character');
  }

  /** Takes what the sticky pattern matches here; perhaps nothing. */
  #take(pattern: RegExp): string {
    const start = this.#at;
    pattern.lastIndex = start;
    if (!pattern.test(this.#text)) return '';
    this.#at = pattern.lastIndex;
    return this.#text.slice(start, this.#at);
  }
}

/** The rules of JSON numbers: none is rounded, and HCL's octal `010` is not taken for ten. */
function checkNumber(digits: string, span: Span): void {
  try {
    scanNumber(utf8Encode(digits), 0);
  } catch (error) {
    const isLarge = isFailure(error, 'json.number-too-large');
    if (!isLarge && !isFailure(error, 'json.invalid')) throw error;
    const problem = isLarge ? 'is too large to be kept exactly' : 'must not begin with a zero';
    throw new SyntaxProblem(span, `the number ${problem}`);
  }
}

function isMark(character: string): character is Mark {
  return '{}[]=:,'.includes(character);
}
