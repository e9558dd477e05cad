/**
 * Turns at the entries that transactions of this process race for.
 *
 * An optimistic transaction that was beaten runs again; where many want one entry, some are beaten
 * until their attempts run out. So one that was beaten takes a turn at every key that it touched
 * and holds them while it runs again: `exclusive` at what it writes, `shared` at what it only reads
 * (many writers may stand on one mount entry). Whoever finds a turn held that is in its way does
 * not commit, which would beat the holder, but takes its own. A transaction that is not beaten and
 * meets nobody's turn takes none, and pays for one look at an empty table.
 *
 * - Everybody takes turns in the order of the keys and holds none when beginning to, so no circle
 *   of waiters can close (Havender 1968: resources in a fixed order).
 * - Turns at a key are given in the order they were asked for; those who share follow each other
 *   at once. Nobody overtakes, so nobody starves.
 * - Turns only order this process. Whether a commit stands is still decided by its compares:
 *   other agents and commits made without a transaction stay right, and are still retried.
 */
import { assert } from '../../shared/assert.ts';
import { failure } from '../../shared/errors/failure.ts';
import { turnsWaitingMax } from '../limits.ts';

export type TurnKind = 'shared' | 'exclusive';

/** The keys that a transaction touches, and how. */
export type Footprint = ReadonlyMap<string, TurnKind>;

interface Waiting {
  readonly kind: TurnKind;
  readonly admit: () => void;
}

/** The turns at one key: who holds, and who waits behind them. */
class KeyTurns {
  readonly #waiting: Waiting[] = [];
  #holders = 0;
  #kind: TurnKind = 'shared';

  get idle(): boolean {
    return this.#holders === 0;
  }

  isFree(kind: TurnKind): boolean {
    if (this.#holders === 0) return true;
    return kind === 'shared' && this.#kind === 'shared' && this.#waiting.length === 0;
  }

  /** Resolves when the caller holds. Throws `store.overloaded` when `turnsWaitingMax` wait. */
  async enter(kind: TurnKind): Promise<void> {
    if (this.isFree(kind)) return this.#hold(kind);
    if (this.#waiting.length >= turnsWaitingMax) throw failure('store.overloaded');
    return new Promise((resolve) => this.#waiting.push({ kind, admit: resolve }));
  }

  leave(): void {
    assert(this.#holders > 0, 'only who holds a turn leaves');
    this.#holders -= 1;
    if (this.#holders > 0) return;
    this.#admitNext();
    if (this.#kind === 'exclusive') return;
    while (this.#waiting[0]?.kind === 'shared') this.#admitNext();
  }

  #admitNext(): void {
    const next = this.#waiting.shift();
    if (next === undefined) return;
    this.#hold(next.kind);
    next.admit();
  }

  #hold(kind: TurnKind): void {
    this.#holders += 1;
    this.#kind = kind;
  }
}

/** The turns at the keys of one store. */
export class Turns {
  /** Only keys at which somebody holds a turn. */
  readonly #keys = new Map<string, KeyTurns>();

  /** Nobody holds a turn at any key. */
  get idle(): boolean {
    return this.#keys.size === 0;
  }

  isFree(key: string, kind: TurnKind): boolean {
    return this.#keys.get(key)?.isFree(kind) ?? true;
  }

  enter(key: string, kind: TurnKind): Promise<void> {
    const turns = this.#keys.get(key) ?? new KeyTurns();
    this.#keys.set(key, turns);
    return turns.enter(kind);
  }

  leave(key: string): void {
    const turns = this.#keys.get(key);
    assert(turns !== undefined, 'a key with a holder is known');
    turns.leave();
    if (turns.idle) this.#keys.delete(key);
  }
}

const nothing: ReadonlyMap<string, TurnKind> = new Map();

/** The turns that one transaction holds. Ended in every case, or others wait for ever. */
export class HeldTurns {
  readonly #turns: Turns;
  #held = nothing;

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  /** Whether nobody else holds a turn that a commit of this footprint would get in the way of. */
  isFree(transaction: { footprint(): Footprint }): boolean {
    if (this.#turns.idle) return true;
    return [...transaction.footprint()].every(
      ([key, kind]) => this.#holds(key, kind) || this.#turns.isFree(key, kind),
    );
  }

  /** Resolves when this transaction holds all of a footprint. Throws `store.overloaded`. */
  async take(footprint: Footprint): Promise<void> {
    if ([...footprint].every(([key, kind]) => this.#holds(key, kind))) return;
    this.end();
    const held = new Map<string, TurnKind>();
    this.#held = held;
    for (const key of [...footprint.keys()].toSorted()) {
      const kind = footprint.get(key);
      assert(kind !== undefined, 'a key of the footprint has a kind');
      await this.#turns.enter(key, kind);
      held.set(key, kind);
    }
  }

  /** Gives all turns back. */
  end(): void {
    for (const key of this.#held.keys()) this.#turns.leave(key);
    this.#held = nothing;
  }

  #holds(key: string, kind: TurnKind): boolean {
    const held = this.#held.get(key);
    return held === 'exclusive' || held === kind;
  }
}

const turnsByStore = new WeakMap<object, Turns>();

/** The turns of a store: one table for everybody in this process who transacts on it. */
export function turnsOf(store: object): Turns {
  const known = turnsByStore.get(store);
  if (known !== undefined) return known;
  const turns = new Turns();
  turnsByStore.set(store, turns);
  return turns;
}
