/**
 * Chance from a seed: sfc32, the same draws on every run. It is forked by name, so that one more
 * draw in one part of the world does not shuffle all others.
 */
import assert from 'node:assert/strict';

export class Chance {
  readonly #name: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(name: string) {
    this.#name = name;
    this.#a = hashText(name, 0x9e37_79b9);
    this.#b = hashText(name, 0x243f_6a88);
    this.#c = hashText(name, 0xb7e1_5162);
    for (let round = 0; round < 12; round += 1) this.#next();
  }

  /** Another stream of draws, which depends on the names alone and not on what was drawn so far. */
  fork(name: string): Chance {
    return new Chance(`${this.#name}/${name}`);
  }

  /** A whole number from 0 up to, not including, the bound. */
  below(bound: number): number {
    assert.ok(bound > 0, 'a bound lets something through');
    return this.#next() % bound;
  }

  /** A whole number from `low` to `high`, inclusive. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** True so often in a thousand. */
  permille(share: number): boolean {
    return share > 0 && this.below(1_000) < share;
  }

  of<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    assert.ok(item !== undefined, 'something can be drawn');
    return item;
  }

  /** Exponentially distributed around the mean, cut at eight times of it; whole. */
  aroundMean(mean: number): number {
    if (mean <= 0) return 0;
    const unit = (this.#next() + 1) / 4_294_967_296;
    return Math.round(Math.min(-Math.log(unit) * mean, 8 * mean));
  }

  #next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }
}

/** FNV-1a, begun with a number of one's own. */
function hashText(text: string, start: number): number {
  let hash = start;
  for (let position = 0; position < text.length; position += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(position), 16_777_619);
  }
  return hash | 0;
}
