/**
 * Writes the binary formats of links and of replicated entries, big-endian. Terms, indexes,
 * revisions and counters are `u53`: 8 bytes, of which JavaScript's whole numbers fill 53 bits.
 *
 * Without a DataView: to make one costs more than a small message takes to be written.
 */
import { assert } from '../../shared/assert.ts';
import { utf8Encode } from '../../shared/encoding/utf8.ts';

/** Room of a writer that does not know better; such rooms are used again. */
const roomBytes = 4_096;
const roomsMax = 8;
const rooms: Uint8Array<ArrayBuffer>[] = [];
const noRoom = new Uint8Array();
const high = 0x1_0000_0000;
/** A copy is made where more than this part of the bytes would be kept in vain. */
const wasteRatio = 4;

export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  /** `sizeHintBytes` saves copies of what is large, where the size is about known. */
  constructor(sizeHintBytes = roomBytes) {
    const isSmall = sizeHintBytes <= roomBytes;
    this.#bytes = isSmall ? takeRoom() : new Uint8Array(sizeHintBytes);
  }

  u8(value: number): this {
    assert(Number.isInteger(value) && value >= 0 && value <= 0xff, 'a u8 has 8 bits');
    const at = this.#take(1);
    this.#bytes[at] = value;
    return this;
  }

  u16(value: number): this {
    assert(Number.isInteger(value) && value >= 0 && value <= 0xffff, 'a u16 has 16 bits');
    const at = this.#take(2);
    this.#bytes[at] = value >>> 8;
    this.#bytes[at + 1] = value;
    return this;
  }

  u32(value: number): this {
    assert(Number.isInteger(value) && value >= 0 && value < high, 'a u32 has 32 bits');
    this.#put(this.#take(4), value);
    return this;
  }

  u53(value: number): this {
    assert(Number.isSafeInteger(value) && value >= 0, 'a u53 is a whole number');
    const at = this.#take(8);
    this.#put(at, Math.floor(value / high));
    this.#put(at + 4, value % high);
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
    const { length } = text;
    const at = this.#length;
    const from = this.u16(length).#take(length);
    for (let position = 0; position < length; position += 1) {
      const unit = text.charCodeAt(position);
      this.#bytes[from + position] = unit;
      if (unit < 0x80) continue;
      // Few are: begun anew, as what it is.
      this.#length = at;
      const bytes = utf8Encode(text);
      return this.u16(bytes.length).raw(bytes);
    }
    return this;
  }

  /** Puts another number in the place of a `u32` that was written. */
  replaceU32(at: number, value: number): this {
    assert(at >= 0 && at + 4 <= this.#length, 'what is replaced was written');
    this.#put(at, value);
    return this;
  }

  get length(): number {
    return this.#length;
  }

  /** What was written; the writer is used up. Little room that was left over is kept. */
  finish(): Uint8Array<ArrayBuffer> {
    const bytes = this.#bytes;
    const length = this.#length;
    // The writer lets go of it: whatever it should be asked to write yet goes elsewhere.
    this.#bytes = noRoom;
    if (bytes.length === roomBytes) {
      const finished = bytes.slice(0, length);
      if (rooms.length < roomsMax) rooms.push(bytes);
      return finished;
    }
    const isTight = bytes.length - length <= length / wasteRatio;
    return isTight ? bytes.subarray(0, length) : bytes.slice(0, length);
  }

  /** Four bytes: what is stored keeps the low eight bits of each. */
  #put(at: number, value: number): void {
    const bytes = this.#bytes;
    bytes[at] = value >>> 24;
    bytes[at + 1] = value >>> 16;
    bytes[at + 2] = value >>> 8;
    bytes[at + 3] = value;
  }

  /** Makes room, which may move everything: `#bytes` is looked up afterwards. */
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
  }
}

function takeRoom(): Uint8Array<ArrayBuffer> {
  return rooms.pop() ?? new Uint8Array(roomBytes);
}
