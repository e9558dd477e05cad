/**
 * The appends that are on their way to a follower, oldest first: the window of flow control, by
 * messages and by bytes.
 */
import { assert } from '../../shared/assert.ts';

interface Inflight {
  /** Index of the message's last entry. */
  readonly index: number;
  readonly bytes: number;
}

export class Inflights {
  readonly #messagesMax: number;
  readonly #bytesMax: number;
  /** Invariant: indexes rise. */
  #sent: Inflight[] = [];
  /** Invariant: the sum over `#sent`. */
  #bytes = 0;

  constructor(messagesMax: number, bytesMax: number) {
    assert(messagesMax > 0, 'at least one message may be in flight');
    this.#messagesMax = messagesMax;
    this.#bytesMax = bytesMax;
  }

  get count(): number {
    return this.#sent.length;
  }

  /** No further message may be added. The last one may have gone over the limit of bytes. */
  get isFull(): boolean {
    return this.#sent.length >= this.#messagesMax || this.#bytes >= this.#bytesMax;
  }

  add(index: number, bytes: number): void {
    assert(!this.isFull, 'nothing is sent through a full window');
    assert(index > (this.#sent.at(-1)?.index ?? 0), 'messages are sent in the order of the log');
    this.#sent.push({ index, bytes });
    this.#bytes += bytes;
  }

  /** Frees every message whose last entry is at or below the index. */
  freeTo(index: number): void {
    const firstKept = this.#sent.findIndex((sent) => sent.index > index);
    const freed = this.#sent.splice(0, firstKept === -1 ? this.#sent.length : firstKept);
    for (const { bytes } of freed) this.#bytes -= bytes;
  }

  reset(): void {
    this.#sent = [];
    this.#bytes = 0;
  }
}
