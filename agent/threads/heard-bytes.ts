/** How much a request thread has heard of what it was told, in memory that both sides see. */

export class HeardBytes {
  /** To be handed to the thread that hears, which makes its own HeardBytes of it. */
  readonly memory: SharedArrayBuffer;
  readonly #cell: BigInt64Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#cell = new BigInt64Array(memory);
  }

  /** Since the connection was made. */
  get bytes(): number {
    return Number(Atomics.load(this.#cell, 0));
  }

  /** Of the thread that hears: everything up to there. */
  upTo(bytes: number): void {
    Atomics.store(this.#cell, 0, BigInt(bytes));
  }
}
