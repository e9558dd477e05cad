/**
 * Writes the binary formats of links and of replicated entries, big-endian. Terms, indexes,
 * revisions and counters are `u53`: 8 bytes, of which JavaScript's whole numbers fill 53 bits.
 */
import { assert } from '../../shared/assert.ts';
import { utf8Encode } from '../../shared/encoding/utf8.ts';

const startBytes = 128;
const high = 0x1_0000_0000;
/** A copy is made where more than this part of the bytes would be kept in vain. */
const wasteRatio = 4;

export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #length = 0;

  /** `sizeHintBytes` saves copies where the size is about known. */
  constructor(sizeHintBytes = startBytes) {
    this.#bytes = new Uint8Array(Math.max(sizeHintBytes, 1));
    this.#view = new DataView(this.#bytes.buffer);
  }

  u8(value: number): this {
    assert(Number.isInteger(value) && value >= 0 && value <= 0xff, 'a u8 has 8 bits');
    const at = this.#take(1);
    this.#view.setUint8(at, value);
    return this;
  }

  u16(value: number): this {
    assert(Number.isInteger(value) && value >= 0 && value <= 0xffff, 'a u16 has 16 bits');
    const at = this.#take(2);
    this.#view.setUint16(at, value);
    return this;
  }

  u32(value: number): this {
    assert(Number.isInteger(value) && value >= 0 && value < high, 'a u32 has 32 bits');
    const at = this.#take(4);
    this.#view.setUint32(at, value);
    return this;
  }

  u53(value: number): this {
    assert(Number.isSafeInteger(value) && value >= 0, 'a u53 is a whole number');
    const at = this.#take(8);
    this.#view.setUint32(at, Math.floor(value / high));
    this.#view.setUint32(at + 4, value % high);
    return this;
  }

  /** Bytes whose number the reader knows. */
  raw(bytes: Uint8Array): this {
    const at = this.#take(bytes.length);
    this.#bytes.set(bytes, at);
    return this;
  }

  /** A length (u32) and so many bytes. */
  bytes(bytes: Uint8Array): this {
    return this.u32(bytes.length).raw(bytes);
  }

  /** A length (u16) and a text as UTF-8. */
  text(text: string): this {
    const bytes = utf8Encode(text);
    return this.u16(bytes.length).raw(bytes);
  }

  /** Puts another number in the place of a `u32` that was written. */
  replaceU32(at: number, value: number): this {
    assert(at >= 0 && at + 4 <= this.#length, 'what is replaced was written');
    this.#view.setUint32(at, value);
    return this;
  }

  get length(): number {
    return this.#length;
  }

  /** What was written; the writer is used up. Little room that was left over is kept. */
  finish(): Uint8Array<ArrayBuffer> {
    const isTight = this.#bytes.length - this.#length <= this.#length / wasteRatio;
    return isTight ? this.#bytes.subarray(0, this.#length) : this.#bytes.slice(0, this.#length);
  }

  /** Makes room, which may move everything: views are looked up afterwards. */
  #take(count: number): number {
    const at = this.#length;
    const needed = at + count;
    if (needed > this.#bytes.length) this.#grow(needed);
    this.#length = needed;
    return at;
  }

  #grow(needed: number): void {
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
