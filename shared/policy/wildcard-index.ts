/**
 * Finds the wildcard rule that decides over a path, at a cost that no choice of rules or path can
 * blow up: one bit for each rule, in order of priority, and one pass over the path's segments that
 * clears the bits of rules that no longer match (the Shift-And idea of Baeza-Yates and Gonnet, with
 * segments in place of characters). The lowest bit left is the answer. With 1,000 rules a segment
 * costs 32 words, and each rule's final `*` is compared at most once.
 */
import { assert } from '../assert.ts';
import type { WildcardPath } from './priority.ts';

/** The rules that look at one segment of the path. */
interface Level {
  /** Rules with `+` here. */
  readonly plus: Uint32Array;
  /** Rules with this literal segment here. */
  readonly literals: Map<string, RuleSet>;
  /** Rules whose final `*` is in this segment, with the text before it. */
  readonly stars: Star[];
  /** Rules whose last segment this is. */
  readonly ends: Uint32Array;
}

/** A set of rules, as a list of indexes while that is smaller than a mask. */
type RuleSet = { list: number[] } | { mask: Uint32Array };

interface Star {
  readonly rule: number;
  readonly prefix: string;
}

export class WildcardIndex {
  readonly #rulesCount: number;
  readonly #words: number;
  #added = 0;
  readonly #levels: Level[] = [];
  readonly #all: Uint32Array;
  /** Scratch of one search; searches are synchronous and never nest. */
  #alive: Uint32Array;
  #next: Uint32Array;

  /** For so many rules, which are then added in order of priority. */
  constructor(rulesCount: number) {
    this.#rulesCount = rulesCount;
    this.#words = (rulesCount + 31) >>> 5;
    this.#all = new Uint32Array(this.#words);
    this.#alive = new Uint32Array(this.#words);
    this.#next = new Uint32Array(this.#words);
  }

  /** Adds the rule that comes next. */
  add({ segments, endsInStar }: WildcardPath): void {
    const rule = this.#added;
    assert(rule < this.#rulesCount, 'there is a bit for each rule');
    this.#added += 1;
    setBit(this.#all, rule);
    for (const [position, segment] of segments.entries()) {
      const level = this.#levelAt(position);
      const isLast = position === segments.length - 1;
      if (isLast && endsInStar) level.stars.push({ rule, prefix: segment });
      else if (segment === '+') setBit(level.plus, rule);
      else this.#addLiteral(level, segment, rule);
      if (isLast && !endsInStar) setBit(level.ends, rule);
    }
  }

  /** Index of the first rule that matches the path (an exact string, slashes included), or -1. */
  find(path: string): number {
    this.#alive.set(this.#all);
    let best = -1;
    let start = 0;
    for (const level of this.#levels) {
      const slash = path.indexOf('/', start);
      const segment = slash < 0 ? path.slice(start) : path.slice(start, slash);
      best = lower(best, this.#findStar(level, segment));
      const isAlive = this.#advance(level, segment);
      if (slash < 0) return lower(best, isAlive ? lowestCommon(this.#alive, level.ends) : -1);
      if (!isAlive) return best;
      start = slash + 1;
    }
    return best;
  }

  /** The first living rule whose `*` is in this segment and whose text before it matches. */
  #findStar(level: Level, segment: string): number {
    const found = level.stars.find(
      ({ rule, prefix }) => hasBit(this.#alive, rule) && segment.startsWith(prefix),
    );
    return found?.rule ?? -1;
  }

  /** Keeps the rules that take this segment; whether any is left. */
  #advance({ plus, literals }: Level, segment: string): boolean {
    const [alive, next] = [this.#alive, this.#next];
    const literal = literals.get(segment);
    const mask = literal !== undefined && 'mask' in literal ? literal.mask : undefined;
    let left = 0;
    for (let word = 0; word < this.#words; word += 1) {
      const bits = (alive[word] ?? 0) & ((plus[word] ?? 0) | (mask?.[word] ?? 0));
      next[word] = bits;
      left |= bits;
    }
    for (const rule of literal !== undefined && 'list' in literal ? literal.list : []) {
      if (!hasBit(alive, rule)) continue;
      setBit(next, rule);
      left = 1;
    }
    this.#alive = next;
    this.#next = alive;
    return left !== 0;
  }

  #addLiteral({ literals }: Level, segment: string, rule: number): void {
    const set = literals.get(segment) ?? { list: [] };
    if ('mask' in set) setBit(set.mask, rule);
    else set.list.push(rule);
    literals.set(
      segment,
      'list' in set && set.list.length > this.#words ? this.#toMask(set.list) : set,
    );
  }

  #toMask(list: readonly number[]): RuleSet {
    const mask = new Uint32Array(this.#words);
    for (const rule of list) setBit(mask, rule);
    return { mask };
  }

  #levelAt(position: number): Level {
    const existing = this.#levels[position];
    if (existing !== undefined) return existing;
    assert(position === this.#levels.length, 'levels are added one by one');
    const level: Level = {
      plus: new Uint32Array(this.#words),
      literals: new Map(),
      stars: [],
      ends: new Uint32Array(this.#words),
    };
    this.#levels.push(level);
    return level;
  }
}

function setBit(mask: Uint32Array, bit: number): void {
  mask[bit >>> 5] = (mask[bit >>> 5] ?? 0) | (1 << (bit & 31));
}

function hasBit(mask: Uint32Array, bit: number): boolean {
  return (((mask[bit >>> 5] ?? 0) >>> (bit & 31)) & 1) === 1;
}

/** The lowest bit that is set in both, or -1. */
function lowestCommon(left: Uint32Array, right: Uint32Array): number {
  for (let word = 0; word < left.length; word += 1) {
    const common = (left[word] ?? 0) & (right[word] ?? 0);
    if (common !== 0) return word * 32 + (31 - Math.clz32(common & -common));
  }
  return -1;
}

/** The lower of two indexes, where -1 is none. */
function lower(left: number, right: number): number {
  if (left < 0 || right < 0) return Math.max(left, right);
  return Math.min(left, right);
}
