/**
 * The memory of all bodies that are being read. An honest body comes in milliseconds, and what is
 * sent slowly to hold memory comes in half a minute: where there is too much of it, the body that
 * has been read for longest is given up. That needs no notion of who is honest, and no connection
 * loses its place to a request that only announces how long it will be.
 */
import { bodyBytesReadMax } from './limits.ts';

export class BodyRoom {
  readonly #bytesMax: number;
  /** Bytes by what gives a body up, the oldest first. */
  readonly #bodies = new Map<() => void, number>();
  #bytes = 0;
  #givenUp = 0;

  constructor(bytesMax: number = bodyBytesReadMax) {
    this.#bytesMax = bytesMax;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Bodies given up since the start. */
  get givenUp(): number {
    return this.#givenUp;
  }

  /** A body grows. May give up others, or that one if it is the oldest. */
  grow(giveUp: () => void, byBytes: number): void {
    this.#bodies.set(giveUp, (this.#bodies.get(giveUp) ?? 0) + byBytes);
    this.#bytes += byBytes;
    while (this.#bytes > this.#bytesMax) {
      const [oldest] = this.#bodies.keys();
      if (oldest === undefined) return;
      this.#givenUp += 1;
      this.end(oldest);
      oldest();
    }
  }

  /** A body is whole, or refused. */
  end(giveUp: () => void): void {
    this.#bytes -= this.#bodies.get(giveUp) ?? 0;
    this.#bodies.delete(giveUp);
  }
}
