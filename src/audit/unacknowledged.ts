/**
 * Lines that no device confirmed. What they record was refused, but the lines may lie in a file all
 * the same, and an index is never given to two different lines. So they are kept, and written first
 * to a device that comes back and lacks exactly them: the log then has no gap.
 */
import { batchBytesMax } from './limits.ts';
import type { Piece } from './lane.ts';

const keptBytesMax = 2 * batchBytesMax;

export class Unacknowledged {
  #pieces: readonly Piece[] = [];

  get bytes(): number {
    return this.#pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /** Adds the lines of a failed write. The oldest are given up when there are too many. */
  add(pieces: readonly Piece[]): void {
    let bytes = 0;
    this.#pieces = [...this.#pieces, ...pieces]
      .reverse()
      .filter(({ bytes: { length } }) => {
        bytes += length;
        return bytes <= keptBytesMax;
      })
      .reverse()
      .map((piece) => ({ ...piece, startsFile: false }));
  }

  /** The lines that follow on `index`, as far as they follow one another. */
  after(index: number): readonly Piece[] {
    const pieces: Piece[] = [];
    let next = index;
    for (const piece of this.#pieces) {
      if (piece.from !== next) continue;
      pieces.push(piece);
      next = piece.to;
    }
    return pieces;
  }

  /** Forgets lines that a device has confirmed. */
  remove(pieces: readonly Piece[]): void {
    if (pieces.length === 0) return;
    this.#pieces = this.#pieces.filter((piece) => !pieces.includes(piece));
  }
}
