import { assert } from '../../shared/assert.ts';
import { SecretKey } from '../crypto/secret-key.ts';
import type { EnvelopeKey } from './envelope.ts';
import { reservedUsesBlock } from './limits.ts';
import type { TermRecord } from './keyring-record.ts';

/** What is shown of a keyring. */
export interface KeyStatus {
  readonly term: number;
  /** Cluster time at which the term was made. */
  readonly installTimeMs: number;
  /** Values sealed under the term, counted from above: what a crash left unused counts as used. */
  readonly encryptions: number;
}

/**
 * The keyring of one namespace in memory: a key object for each term, and how many more uses of the
 * current term this agent has reserved in the store.
 *
 * A use goes from `available` (reserved in the store) to `granted` (promised to a transaction by
 * `reserve`) to used (`takeKey`). A transaction that seals fewer values than it asked for leaves
 * its rest granted for ever: that over-counts and is safe.
 */
export class Keyring {
  readonly #keys = new Map<number, SecretKey>();
  #current: EnvelopeKey;
  #createdMs: number;
  #reservedUses: number;
  #available = 0;
  #granted = 0;

  /** Takes over what is stored, with `reservedNow` uses of the last term for this agent. */
  constructor(terms: readonly TermRecord[], reservedNow: number) {
    const last = this.#addKeys(terms);
    this.#current = { term: last.term, key: this.#keyOf(last.term) };
    this.#createdMs = last.createdMs;
    this.#reservedUses = last.reservedUses;
    this.#available = reservedNow;
    this.#assertInvariants();
  }

  get currentTerm(): number {
    return this.#current.term;
  }

  /** Uses that can still be granted without a commit. */
  get available(): number {
    return this.#available;
  }

  /** The key of a term, or undefined if the keyring has no such term. */
  key(term: number): SecretKey | undefined {
    return this.#keys.get(term);
  }

  /** Promises `count` uses if that many are reserved. */
  grant(count: number): boolean {
    if (this.#available < count) return false;
    this.#available -= count;
    this.#granted += count;
    return true;
  }

  /** The current key for one use that was granted before. */
  takeKey(): EnvelopeKey {
    assert(this.#granted > 0, 'a key use is reserved before a value is sealed');
    this.#granted -= 1;
    return this.#current;
  }

  /**
   * Takes over a newer stored state, of which `reservedNow` uses of the last term are this agent's.
   * Grants move on to a new term: transactions in flight seal under it from now on.
   */
  install(terms: readonly TermRecord[], reservedNow: number): void {
    const last = this.#addKeys(terms);
    assert(last.term >= this.#current.term, 'a keyring never goes back to an older term');
    if (last.term > this.#current.term) {
      this.#granted = Math.min(this.#granted, reservedUsesBlock);
      this.#available = -this.#granted;
    }
    this.#available += reservedNow;
    this.#current = { term: last.term, key: this.#keyOf(last.term) };
    this.#createdMs = last.createdMs;
    this.#reservedUses = last.reservedUses;
    this.#assertInvariants();
  }

  status(): KeyStatus {
    return {
      term: this.#current.term,
      installTimeMs: this.#createdMs,
      encryptions: this.#reservedUses - this.#available,
    };
  }

  /** Drops every key. */
  destroy(): void {
    for (const key of this.#keys.values()) key.destroy();
    this.#keys.clear();
  }

  #addKeys(terms: readonly TermRecord[]): TermRecord {
    for (const { term, kek } of terms) {
      if (!this.#keys.has(term)) this.#keys.set(term, new SecretKey(kek));
    }
    const last = terms.at(-1);
    assert(last !== undefined, 'a keyring has a term');
    return last;
  }

  #keyOf(term: number): SecretKey {
    const key = this.#keys.get(term);
    assert(key !== undefined, 'the term was added');
    return key;
  }

  #assertInvariants(): void {
    assert(this.#available >= 0, 'grants are covered by what is reserved');
    assert(this.#granted >= 0, 'no use without a grant');
    assert(this.#available <= this.#reservedUses, 'this agent reserved a part of all');
  }
}
