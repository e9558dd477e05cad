/**
 * Parameters of the statements that take many keys or rows: bytes in one blob, positions in JSON
 * (see sqlite-schema.ts). SQLite counts bytes of a blob from 1.
 */

/** A blob under construction. */
export class Packing {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Adds bytes and returns where they are: position and length. */
  add(bytes: Uint8Array): readonly [number, number] {
    const position: readonly [number, number] = [this.#length + 1, bytes.length];
    this.#parts.push(bytes);
    this.#length += bytes.length;
    return position;
  }

  addText(text: string): readonly [number, number] {
    return this.add(Buffer.from(text));
  }

  blob(): Buffer {
    return Buffer.concat(this.#parts, this.#length);
  }
}
