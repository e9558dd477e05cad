/**
 * Reads what `ByteWriter` wrote. Bytes come from a peer or a disk: whatever they are, they are read
 * or refused by `link.frame-invalid`, and nothing is allocated that the bytes do not hold.
 */
import { utf8Decode } from '../../shared/encoding/utf8.ts';
import { failure, type StrongBoxError } from '../../shared/errors/failure.ts';

const high = 0x1_0000_0000;

export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    return this.#byte(this.#take(1));
  }

  u16(): number {
    const at = this.#take(2);
    return this.#byte(at) * 256 + this.#byte(at + 1);
  }

  u32(): number {
    return this.#four(this.#take(4));
  }

  u53(): number {
    const at = this.#take(8);
    const value = this.#four(at) * high + this.#four(at + 4);
    if (!Number.isSafeInteger(value)) throw frameInvalid('a number has more than 53 bits');
    return value;
  }

  /** One of the two values of a flag. */
  flag(): boolean {
    const value = this.u8();
    if (value > 1) throw frameInvalid('a flag is neither 0 nor 1');
    return value === 1;
  }

  /** A copy: what is read outlives the frame that it came in. */
  raw(count: number): Uint8Array<ArrayBuffer> {
    const at = this.#take(count);
    return this.#bytes.slice(at, at + count);
  }

  /** Not a copy: for what is read, or copied piece by piece, at once. */
  view(count: number): Uint8Array {
    const at = this.#take(count);
    return this.#bytes.subarray(at, at + count);
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return this.raw(this.u32());
  }

  text(): string {
    const bytes = this.view(this.u16());
    try {
      return utf8Decode(bytes);
    } catch (error) {
      throw failure('link.frame-invalid', { reason: 'a text is not UTF-8' }, error);
    }
  }

  /** Items whose count (u32) stands before them; each takes at least `itemBytesMin`. */
  list<Item>(itemBytesMin: number, read: () => Item): Item[] {
    const count = this.u32();
    if (count * itemBytesMin > this.remaining) throw frameInvalid('it ends before its last item');
    const items: Item[] = [];
    while (items.length < count) items.push(read());
    return items;
  }

  /** Everything must have been read. */
  end(): void {
    if (this.remaining > 0) throw frameInvalid('bytes are left behind its end');
  }

  #four(at: number): number {
    const low = (this.#byte(at + 1) << 16) | (this.#byte(at + 2) << 8) | this.#byte(at + 3);
    return this.#byte(at) * 0x100_0000 + low;
  }

  /** Of what was taken: it is there. */
  #byte(at: number): number {
    return this.#bytes[at] ?? 0;
  }

  #take(count: number): number {
    if (count > this.remaining) throw frameInvalid('it ends too early');
    const at = this.#at;
    this.#at += count;
    return at;
  }
}

export function frameInvalid(reason: string): StrongBoxError {
  return failure('link.frame-invalid', { reason });
}
