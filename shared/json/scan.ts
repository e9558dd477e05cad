/**
 * One strict pass over the bytes of a JSON text (RFC 8259): checks the grammar and the limits and
 * counts, and builds nothing. What is hostile (1 MiB of `[{},{},…]`) is refused after the first
 * `tokensMax` tokens, before a single object was made of it.
 *
 * UTF-8 is not checked here: bytes above 0x7F are taken inside of strings, and whoever makes a
 * string of them decodes strictly (parse.ts).
 */
import { failure, type StrongBoxError } from '../errors/failure.ts';
import { jsonDepthMax, jsonTokensMax } from '../limits.ts';
import { scanNumber } from './scan-number.ts';
import { scanString } from './scan-string.ts';

export interface JsonLimits {
  /** Objects and arrays inside of one another. */
  readonly depthMax: number;
  /** Keys and values, objects and arrays included. */
  readonly tokensMax: number;
}

export const JSON_LIMITS: JsonLimits = { depthMax: jsonDepthMax, tokensMax: jsonTokensMax };

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const LITERALS = ['true', 'false', 'null'] as const;

/** Where a key of an object stands, and its value. Offsets are of bytes. */
export interface JsonKey {
  /** Objects and arrays that are open, the key's own object included: 1 at the top. */
  readonly depth: number;
  /** Whether it is the first key of its object. */
  readonly first: boolean;
  /** The content of the key, without its quotes. */
  readonly start: number;
  readonly end: number;
  readonly valueAt: number;
}

/** A cursor over JSON bytes. Throws the `json.*` failures, which name a byte offset. */
export class JsonScanner {
  /** Keys of all objects so far, repeated ones included. */
  members = 0;
  /** Offset of the next byte. */
  #at = 0;
  #tokensLeft: number;
  readonly #bytes: Uint8Array;
  readonly #limits: JsonLimits;
  readonly #onKey: ((key: JsonKey) => void) | undefined;

  /** `onKey` is called at each key once its value is reached, before the value is checked. */
  constructor(bytes: Uint8Array, limits: JsonLimits, onKey?: (key: JsonKey) => void) {
    this.#bytes = bytes;
    this.#limits = limits;
    this.#tokensLeft = limits.tokensMax;
    this.#onKey = onKey;
  }

  /** The whole text: one value between optional white space. */
  scanDocument(): void {
    this.#skipSpace();
    this.#scanValue(0);
    this.#skipSpace();
    if (this.#at !== this.#bytes.length) throw this.#expected('the end of the text');
  }

  /** One value; `depth` objects and arrays are open around it. */
  #scanValue(depth: number): void {
    this.#countToken();
    const byte = this.#bytes[this.#at];
    if (byte === QUOTE) this.#at = scanString(this.#bytes, this.#at);
    else if (byte === OPEN_BRACE) this.#scanObject(depth + 1);
    else if (byte === OPEN_BRACKET) this.#scanArray(depth + 1);
    else if (byte === MINUS || (byte !== undefined && byte >= 0x30 && byte <= 0x39)) {
      this.#at = scanNumber(this.#bytes, this.#at);
    } else this.#scanLiteral();
  }

  #scanObject(depth: number): void {
    if (this.#enter(depth, CLOSE_BRACE)) return;
    let first = true;
    do {
      this.#scanKey(depth, first);
      this.#scanValue(depth);
      first = false;
    } while (this.#next(CLOSE_BRACE, '"," or "}"'));
  }

  #scanArray(depth: number): void {
    if (this.#enter(depth, CLOSE_BRACKET)) return;
    do this.#scanValue(depth);
    while (this.#next(CLOSE_BRACKET, '"," or "]"'));
  }

  #scanKey(depth: number, first: boolean): void {
    if (this.#bytes[this.#at] !== QUOTE) throw this.#expected('a key');
    this.#countToken();
    this.members += 1;
    const start = this.#at + 1;
    this.#at = scanString(this.#bytes, this.#at);
    const end = this.#at - 1;
    this.#skipSpace();
    if (this.#bytes[this.#at] !== COLON) throw this.#expected('":"');
    this.#at += 1;
    this.#skipSpace();
    this.#onKey?.({ depth, first, start, end, valueAt: this.#at });
  }

  /** Takes the opening bracket; true if the closing one follows (and was taken). */
  #enter(depth: number, close: number): boolean {
    const { depthMax } = this.#limits;
    if (depth > depthMax) throw failure('json.too-deep', { depthMax });
    this.#at += 1;
    this.#skipSpace();
    if (this.#bytes[this.#at] !== close) return false;
    this.#at += 1;
    return true;
  }

  /** Takes the comma or the closing bracket; true if it was the comma. */
  #next(close: number, expected: string): boolean {
    this.#skipSpace();
    const byte = this.#bytes[this.#at];
    if (byte !== COMMA && byte !== close) throw this.#expected(expected);
    this.#at += 1;
    if (byte === close) return false;
    this.#skipSpace();
    return true;
  }

  #scanLiteral(): void {
    const literal = LITERALS.find((word) => this.#startsWith(word));
    if (literal === undefined) throw this.#expected('a value');
    this.#at += literal.length;
  }

  #startsWith(word: string): boolean {
    for (let index = 0; index < word.length; index += 1) {
      if (this.#bytes[this.#at + index] !== word.charCodeAt(index)) return false;
    }
    return true;
  }

  #skipSpace(): void {
    const bytes = this.#bytes;
    let at = this.#at;
    let byte = bytes[at];
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
      at += 1;
      byte = bytes[at];
    }
    this.#at = at;
  }

  #countToken(): void {
    this.#tokensLeft -= 1;
    if (this.#tokensLeft >= 0) return;
    throw failure('json.too-complex', { tokensMax: this.#limits.tokensMax });
  }

  #expected(expected: string): StrongBoxError {
    return failure('json.invalid', { offset: this.#at, expected });
  }
}
