/**
 * Where an HTTP/1.1 message ends (RFC 9112 sections 2.1, 6.2, 7.1), byte by byte and as little as
 * that needs: Node's own parser, llhttp, is what accepts or refuses the bytes. These machines are
 * never laxer than llhttp: what they do not know is `bad`, and the connection is given up.
 */
import type { Framing } from './shim-types.ts';

const CR = 0x0d;
const LF = 0x0a;
const SEMICOLON = 0x3b;
/** Digits of a chunk's size. llhttp's 64 bits hold no more, except for leading zeros. */
const sizeDigitsMax = 16;

/** Finds the empty line that ends a head or a trailer section: CR LF CR LF. */
export class HeadEnd {
  /** Bytes of CR LF CR LF that the input ends with so far. */
  #matched = 0;

  /** `lineEnded`: the section begins behind a line's end, so that an empty line alone ends it. */
  reset(lineEnded: boolean): void {
    this.#matched = lineEnded ? 2 : 0;
  }

  /** The index behind the end, or -1 if it is not in `bytes` from `start` on. */
  find(bytes: Uint8Array, start: number): number {
    let matched = this.#matched;
    for (let index = start; index < bytes.length; index += 1) {
      const byte = bytes[index];
      if (byte === CR) matched = matched === 2 ? 3 : 1;
      else if (byte === LF && matched === 3) return index + 1;
      else matched = byte === LF && matched === 1 ? 2 : 0;
    }
    this.#matched = matched;
    return -1;
  }
}

/** Finds the end of a body, however it is delimited. */
export class BodyEnd {
  readonly #chunkedEnd = new ChunkedEnd();
  #isChunked = false;
  #bytesLeft = 0;

  begin(framing: Framing): void {
    this.#isChunked = framing.kind === 'chunked';
    this.#bytesLeft = framing.kind === 'length' ? framing.bytes : 0;
    this.#chunkedEnd.reset();
  }

  /** Whether there is no body: the message has ended with its head. */
  get isHere(): boolean {
    return !this.#isChunked && this.#bytesLeft === 0;
  }

  /** The index behind the body's end, -1 if it is not in `bytes` from `start` on, or `bad`. */
  find(bytes: Uint8Array, start: number): number | 'bad' {
    if (this.#isChunked) return this.#chunkedEnd.find(bytes, start);
    const count = Math.min(this.#bytesLeft, bytes.length - start);
    this.#bytesLeft -= count;
    return this.#bytesLeft === 0 ? start + count : -1;
  }
}

type ChunkState = 'size' | 'extension' | 'size-lf' | 'data' | 'data-cr' | 'data-lf' | 'trailer';

/** Finds the end of a chunked body. */
class ChunkedEnd {
  #state: ChunkState = 'size';
  #size = 0;
  #digits = 0;
  readonly #trailerEnd = new HeadEnd();

  reset(): void {
    this.#startChunk();
  }

  /** The index behind the body's end, -1 if it is not in `bytes` from `start` on, or `bad`. */
  find(bytes: Uint8Array, start: number): number | 'bad' {
    let index = start;
    while (index < bytes.length) {
      if (this.#state === 'trailer') return this.#trailerEnd.find(bytes, index);
      if (this.#state === 'data') index = this.#skipData(bytes, index);
      else if (!this.#take(bytes[index] ?? 0)) return 'bad';
      else index += 1;
    }
    return -1;
  }

  #startChunk(): void {
    this.#state = 'size';
    this.#size = 0;
    this.#digits = 0;
  }

  #skipData(bytes: Uint8Array, index: number): number {
    const count = Math.min(this.#size, bytes.length - index);
    this.#size -= count;
    if (this.#size === 0) this.#state = 'data-cr';
    return index + count;
  }

  /** Takes one byte outside of the data; false if it cannot stand there. */
  #take(byte: number): boolean {
    switch (this.#state) {
      case 'size':
        return this.#takeSize(byte);
      case 'extension':
        if (byte === CR) this.#state = 'size-lf';
        return byte !== LF;
      case 'size-lf':
        this.#openChunk();
        return byte === LF;
      case 'data-cr':
        this.#state = 'data-lf';
        return byte === CR;
      default:
        this.#startChunk();
        return byte === LF;
    }
  }

  #takeSize(byte: number): boolean {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      this.#size = this.#size * 16 + digit;
      this.#digits += 1;
      return this.#digits <= sizeDigitsMax;
    }
    this.#state = byte === SEMICOLON ? 'extension' : 'size-lf';
    return this.#digits > 0 && (byte === SEMICOLON || byte === CR);
  }

  #openChunk(): void {
    this.#state = this.#size === 0 ? 'trailer' : 'data';
    if (this.#state === 'trailer') this.#trailerEnd.reset(true);
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
