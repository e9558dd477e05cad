/**
 * Values that were used lately, as many as fit: what every cache of this project is made of. What
 * makes a value good (the revision it was read at) is its user's matter.
 *
 * Two generations stand for the order of last use: what is found in the older one moves to the
 * younger, and when the younger is full it becomes the older one, whose rest is forgotten. So a
 * look-up costs no bookkeeping, and what is used again stays.
 */
import { assert } from '../../shared/assert.ts';

export interface RecentLimits<Value, Name = string> {
  /** Values of one generation; twice as many are held at most. */
  readonly valuesMax: number;
  /** Weight of one generation, where values differ in size. */
  readonly weightMax?: number;
  readonly weigh?: (name: Name, value: Value) => number;
}

const weightless = (): number => 0;

/** `Name`: texts, or objects by their identity. */
export class Recent<Value extends object | string, Name = string> {
  readonly #valuesMax: number;
  readonly #weightMax: number;
  readonly #weigh: (name: Name, value: Value) => number;
  #young = new Map<Name, Value>();
  #old = new Map<Name, Value>();
  #youngWeight = 0;

  constructor(limits: RecentLimits<Value, Name>) {
    this.#valuesMax = limits.valuesMax;
    this.#weightMax = limits.weightMax ?? Number.POSITIVE_INFINITY;
    this.#weigh = limits.weigh ?? weightless;
    assert(this.#valuesMax >= 1, 'there is room for a value');
    assert(this.#weightMax > 0, 'there is room for a weight');
  }

  /** Values held, in both generations. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** What was kept under a name, if it is still there. */
  find(name: Name): Value | undefined {
    const young = this.#young.get(name);
    if (young !== undefined) return young;
    const old = this.#old.get(name);
    if (old !== undefined) this.keep(name, old);
    return old;
  }

  /** Keeps a value; it takes the place of another one of that name. */
  keep(name: Name, value: Value): void {
    this.forget(name);
    this.#young.set(name, value);
    this.#youngWeight += this.#weigh(name, value);
    if (this.#young.size < this.#valuesMax && this.#youngWeight < this.#weightMax) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#youngWeight = 0;
  }

  forget(name: Name): void {
    const young = this.#young.get(name);
    if (young !== undefined) this.#youngWeight -= this.#weigh(name, young);
    this.#young.delete(name);
    this.#old.delete(name);
  }

  clear(): void {
    this.#young = new Map();
    this.#old = new Map();
    this.#youngWeight = 0;
  }
}
