/** Chance from a seed: xorshift, the same draws on every run. */
import assert from 'node:assert/strict';

export class Draw {
  #state: number;

  constructor(seed: number) {
    this.#state = (Math.imul(seed, 2_654_435_761) ^ 0x9e_37_79_b9) | 1;
    for (let round = 0; round < 8; round += 1) this.#next();
  }

  /** A whole number from 0 up to, not including, the bound. */
  below(bound: number): number {
    assert.ok(bound > 0, 'a bound lets something through');
    return this.#next() % bound;
  }

  of<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    assert.ok(item !== undefined, 'something can be drawn');
    return item;
  }

  #next(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return state >>> 0;
  }
}
