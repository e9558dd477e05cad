/**
 * The shape of a policy's text, before anybody asks what it means: entries with keys and values.
 *
 *     path "secret/*" { capabilities = ["read"] }      one entry, keys `path` and `secret/*`
 *
 * HCL and JSON end in the same tree, so that there is one reader and one printer. The caller has
 * bounded the text; nesting is bounded here, and everything else by the text.
 */
import { utf8Decode, utf8Encode } from '../encoding/utf8.ts';
import { StrongBoxError } from '../errors/failure.ts';
import { parseJson } from '../json/parse.ts';
import type { Span } from './diagnostics.ts';
import { Lexer, type Mark, SyntaxProblem, type Token } from './lexer.ts';
import { policyJsonTokensMax, policyNestingMax } from './limits.ts';

export type SyntaxValue = ScalarValue | ListValue | ObjectValue;

export interface ScalarValue extends Span {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
}

export interface ListValue extends Span {
  readonly kind: 'list';
  readonly items: readonly SyntaxValue[];
}

export interface ObjectValue extends Span {
  readonly kind: 'object';
  readonly entries: readonly SyntaxEntry[];
}

export interface SyntaxKey extends Span {
  readonly text: string;
}

/** `keys = value` or `keys { … }`; at least one key. */
export interface SyntaxEntry extends Span {
  readonly keys: readonly [SyntaxKey, ...SyntaxKey[]];
  readonly value: SyntaxValue;
}

export interface Comment extends Span {
  readonly text: string;
}

export interface SyntaxTree {
  readonly entries: readonly SyntaxEntry[];
  /** In order of appearance. */
  readonly comments: readonly Comment[];
}

/** The entries of a text in HCL, or in JSON if it begins with `{`. Throws SyntaxProblem. */
export function parseSyntax(text: string): SyntaxTree {
  const isJson = /^[ \t\r\n]*\{/.test(text);
  if (isJson) checkJson(text);
  return new SyntaxParser(text, isJson).parse();
}

/** JSON has a strict parser; the one below only finds out where everything stands. */
function checkJson(text: string): void {
  try {
    parseJson(utf8Encode(text), { depthMax: policyNestingMax, tokensMax: policyJsonTokensMax });
  } catch (error) {
    if (!(error instanceof StrongBoxError)) throw error;
    const offset = unitOffset(text, Number(error.parameters['offset'] ?? 0));
    throw new SyntaxProblem({ offset, end: offset + 1 }, error.message);
  }
}

/** The UTF-16 offset of a byte offset that stands between two characters. */
function unitOffset(text: string, byteOffset: number): number {
  return utf8Decode(utf8Encode(text).subarray(0, byteOffset)).length;
}

class SyntaxParser {
  readonly #lexer: Lexer;
  readonly #isJson: boolean;
  readonly #comments: Comment[] = [];
  #token: Token;

  constructor(text: string, isJson: boolean) {
    this.#lexer = new Lexer(text);
    this.#isJson = isJson;
    this.#token = this.#read();
  }

  parse(): SyntaxTree {
    if (this.#isJson) this.#expect('{');
    const entries = this.#entries(0);
    if (this.#isJson) this.#expect('}');
    if (this.#token.kind !== 'end') throw this.#unexpected('a "path" block');
    return { entries, comments: this.#comments };
  }

  /** Entries up to a `}` or the end of the text. `depth` objects and lists are open around them. */
  #entries(depth: number): SyntaxEntry[] {
    const entries: SyntaxEntry[] = [];
    while (this.#token.kind === 'word' || this.#token.kind === 'string') {
      entries.push(this.#entry(depth));
      if (this.#isMark(',')) this.#advance();
    }
    return entries;
  }

  #entry(depth: number): SyntaxEntry {
    const first = this.#key();
    const more: SyntaxKey[] = [];
    while (this.#token.kind === 'word' || this.#token.kind === 'string') {
      // `path "x"` is the longest header that policies have.
      if (more.length === 1) throw this.#unexpected('"{" or "="');
      more.push(this.#key());
    }
    if (!this.#isMark('{')) this.#equals();
    const value = this.#value(depth);
    return { keys: [first, ...more], value, offset: first.offset, end: value.end };
  }

  #key(): SyntaxKey {
    const { offset, end } = this.#token;
    const text =
      this.#token.kind === 'word' || this.#token.kind === 'string' ? this.#token.text : '';
    this.#advance();
    return { text, offset, end };
  }

  #equals(): void {
    if (this.#isMark(':') && !this.#isJson) {
      throw new SyntaxProblem(
        this.#token,
        'unexpected ":"',
        'write "=" between a name and its value',
      );
    }
    this.#expect(this.#isJson ? ':' : '=');
  }

  #value(depth: number): SyntaxValue {
    const isObject = this.#isMark('{');
    if (!isObject && !this.#isMark('[')) return this.#scalar();
    if (depth >= policyNestingMax) {
      throw new SyntaxProblem(this.#token, `nested deeper than ${policyNestingMax}`);
    }
    return isObject ? this.#object(depth + 1) : this.#list(depth + 1);
  }

  #object(depth: number): ObjectValue {
    const { offset } = this.#token;
    this.#advance();
    const entries = this.#entries(depth);
    return { kind: 'object', entries, offset, end: this.#expect('}') };
  }

  #list(depth: number): ListValue {
    const { offset } = this.#token;
    this.#advance();
    const items: SyntaxValue[] = [];
    while (!this.#isMark(']')) {
      items.push(this.#value(depth));
      if (!this.#isMark(',')) break;
      this.#advance();
    }
    return { kind: 'list', items, offset, end: this.#expect(']') };
  }

  #scalar(): ScalarValue {
    const token = this.#token;
    const { offset, end } = token;
    const value = scalarOf(token);
    if (value === undefined) throw this.#unexpected('a value');
    this.#advance();
    return { kind: 'scalar', value, offset, end };
  }

  #isMark(mark: Mark): boolean {
    return this.#token.kind === 'mark' && this.#token.text === mark;
  }

  /** Takes the mark and returns where it ends. */
  #expect(mark: Mark): number {
    if (!this.#isMark(mark)) throw this.#unexpected(`"${mark}"`);
    const { end } = this.#token;
    this.#advance();
    return end;
  }

  #advance(): void {
    this.#token = this.#read();
  }

  #read(): Token {
    let token = this.#lexer.next();
    while (token.kind === 'comment') {
      this.#comments.push(token);
      token = this.#lexer.next();
    }
    return token;
  }

  #unexpected(expected: string): SyntaxProblem {
    const found = this.#token.kind === 'end' ? 'the text ends' : 'unexpected text';
    return new SyntaxProblem(this.#token, `${found} where ${expected} should stand`);
  }
}

function scalarOf(token: Token): string | number | boolean | null | undefined {
  if (token.kind === 'string') return token.text;
  if (token.kind === 'number') return token.value;
  if (token.kind !== 'word') return undefined;
  if (token.text === 'true') return true;
  if (token.text === 'false') return false;
  return token.text === 'null' ? null : undefined;
}
