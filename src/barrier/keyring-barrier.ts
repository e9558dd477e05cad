/**
 * The barrier over the keyrings in the store. Keys are held as key objects only; the stored record
 * is opened, changed, sealed again and zeroed for each change, which comes once in 2^16 values.
 */
import { assert } from '../../shared/assert.ts';
import { failure, isFailure } from '../../shared/errors/failure.ts';
import { rootNamespaceId } from '../../shared/ids.ts';
import { aesKeyBytes } from '../crypto/aes-gcm.ts';
import { SecretKey, type SharedKey } from '../crypto/secret-key.ts';
import { transactAttemptsMax } from '../limits.ts';
import type { Random } from '../ports/random.ts';
import type { Operation, Store } from '../ports/store.ts';
import { additionalData } from './additional-data.ts';
import type { Barrier } from './barrier.ts';
import { envelopeRandomBytes, envelopeTerm, openEnvelope, sealEnvelope } from './envelope.ts';
import { Keyring, type KeyStatus } from './keyring.ts';
import { keyringKey, openKeyring, type TermRecord, zeroTerms } from './keyring-record.ts';
import {
  firstTermUses,
  keyringTermsMax,
  nextTermUses,
  reservedUsesBlock,
  termUsesMax,
} from './limits.ts';
import { type RootKey, StoredKeyrings } from './stored-keyrings.ts';

export interface BarrierPorts {
  readonly store: Store;
  readonly random: Random;
  /** Told of each term that this barrier has added, once it is committed. */
  readonly onNewTerm?: (namespace: string) => void;
}

export class KeyringBarrier implements Barrier {
  readonly #random: Random;
  readonly #stored: StoredKeyrings;
  #rootKey: SecretKey | undefined;
  /** `corrupt` stands for a tenant's keyring that does not open; the other tenants are served. */
  readonly #keyrings = new Map<string, Keyring | 'corrupt'>();
  /** The last change of each keyring: changes of one keyring run one after the other. */
  readonly #turns = new Map<string, Promise<void>>();
  /** Looks at stored keyrings that wait for their turn. */
  readonly #refreshes = new Map<string, Promise<void>>();
  readonly #onNewTerm: (namespace: string) => void;

  constructor(ports: BarrierPorts) {
    this.#random = ports.random;
    this.#stored = new StoredKeyrings(ports);
    this.#onNewTerm = ports.onNewTerm ?? (() => undefined);
  }

  get unsealed(): boolean {
    return this.#rootKey !== undefined;
  }

  /**
   * Takes the root key (bytes are copied; the caller zeroes its own) and loads every keyring.
   * Throws `barrier.keyring-missing` or `barrier.keyring-corrupt` if the root namespace's does not
   * open, and stays sealed then.
   */
  async unseal(source: Uint8Array | SharedKey): Promise<void> {
    assert(this.#rootKey === undefined, 'only a sealed barrier is unsealed');
    const rootKey = new SecretKey(source);
    const records = await this.#stored.readAll();
    assert(this.#rootKey === undefined, 'one unseal runs at a time');
    for (const [namespace, record] of records) {
      this.#keyrings.set(namespace, loadKeyring(rootKey, namespace, record));
    }
    this.#rootKey = rootKey;
    try {
      this.#keyring(rootNamespaceId);
    } catch (error) {
      this.clear();
      throw error;
    }
  }

  /**
   * Founds a barrier over an empty store: takes a new root key (copied) and makes the first
   * keyring, which is stored by the returned operation and by nothing else.
   */
  found(rootKeyBytes: Uint8Array, clusterTimeMs: number): Operation {
    assert(this.#rootKey === undefined, 'only a sealed barrier is founded');
    this.#rootKey = new SecretKey(rootKeyBytes);
    const term = this.#firstTerm(clusterTimeMs);
    this.#keyrings.set(rootNamespaceId, new Keyring([term], firstTermUses));
    const operation = this.#stored.put(this.#rootKey, rootNamespaceId, [term]);
    zeroTerms([term]);
    return operation;
  }

  /** Whether these bytes are the root key that is held. Throws `request.sealed`. */
  holdsRootKey(candidate: Uint8Array): boolean {
    const key = new SecretKey(candidate);
    const held = this.#requireRootKey()().equals(key);
    key.destroy();
    return held;
  }

  /** The root key, for the barrier of another thread. Throws `request.sealed`. */
  shareRootKey(): SharedKey {
    return this.#requireRootKey()().share();
  }

  /** Drops every key. Their memory is cleared by the next collection. */
  clear(): void {
    this.#rootKey?.destroy();
    this.#rootKey = undefined;
    for (const keyring of this.#keyrings.values()) {
      if (keyring !== 'corrupt') keyring.destroy();
    }
    this.#keyrings.clear();
  }

  async reserve(namespace: string, count: number): Promise<void> {
    assert(Number.isInteger(count) && count >= 0, 'a count is a natural number');
    assert(count <= reservedUsesBlock, 'a transaction seals fewer values than a block');
    for (let attempt = 0; attempt < transactAttemptsMax; attempt += 1) {
      if (this.#keyring(namespace).grant(count)) return;
      await this.#inTurn(namespace, () => this.#reserveBlock(namespace, count));
    }
    throw failure('store.contended', { attemptsMax: transactAttemptsMax });
  }

  seal(namespace: string, key: string, plaintext: Uint8Array): Uint8Array<ArrayBuffer> {
    const envelopeKey = this.#keyring(namespace).takeKey();
    const random = this.#random.bytes(envelopeRandomBytes);
    return sealEnvelope(envelopeKey, additionalData(namespace, key), plaintext, random);
  }

  open(namespace: string, key: string, envelope: Uint8Array): Uint8Array<ArrayBuffer> {
    const keyring = this.#keyring(namespace);
    const term = envelopeTerm(envelope);
    // Terms are counted from 1.
    if (term === undefined || term === 0) throw failure('barrier.corrupt', { key });
    const kek = keyring.key(term);
    if (kek === undefined) throw failure('barrier.term-unknown', { namespace, key, term });
    try {
      return openEnvelope(kek, additionalData(namespace, key), envelope);
    } catch (error) {
      if (!isFailure(error, 'crypto.authentication-failed')) throw error;
      throw failure('barrier.corrupt', { key });
    }
  }

  async learn(error: unknown): Promise<void> {
    if (!isFailure(error, 'barrier.term-unknown')) throw error;
    const { namespace, key, term } = error.parameters;
    await this.refresh(String(namespace));
    if (this.#keyring(String(namespace)).key(Number(term)) !== undefined) return;
    throw failure('barrier.corrupt', { key: String(key) });
  }

  /**
   * Takes over a newer term of the stored keyring, if it has one. Throws what `reserve` throws.
   * Whoever asks while a look waits for its turn shares it: a term that is unknown costs no secret
   * (a forged batch token names one), and a flood of them must not keep out those who reserve.
   */
  refresh(namespace: string): Promise<void> {
    const waiting = this.#refreshes.get(namespace);
    if (waiting !== undefined) return waiting;
    const refresh = this.#inTurn(namespace, async () => {
      this.#refreshes.delete(namespace);
      const keyring = this.#keyring(namespace);
      const last = await this.#stored.lastTerm(this.#requireRootKey(), namespace);
      // The grants given here need uses of the newer term.
      if (last > keyring.currentTerm) await this.#changeUses(namespace, keyring);
    });
    this.#refreshes.set(namespace, refresh);
    return refresh;
  }

  /** Adds a term, under which every value is sealed from now on. Older terms stay for reading. */
  async rotate(namespace: string): Promise<void> {
    await this.#inTurn(namespace, () =>
      this.#change(namespace, (terms, nowMs) => ({
        terms: this.#withNewTerm(terms, nowMs),
        reservedNow: nextTermUses,
      })),
    );
  }

  /** The current term of a namespace. Throws `request.sealed`. */
  keyStatus(namespace: string): KeyStatus {
    return this.#keyring(namespace).status();
  }

  /** Makes the keyring of a new namespace. Throws `barrier.keyring-exists`. */
  async createKeyring(namespace: string): Promise<void> {
    const rootKey = this.#requireRootKey();
    await this.#inTurn(namespace, async () => {
      const makeTerm = (nowMs: number): TermRecord => this.#firstTerm(nowMs);
      const term = await this.#stored.create(rootKey, namespace, makeTerm);
      this.#takeOver(rootKey, [term], () => {
        this.#keyrings.set(namespace, new Keyring([term], firstTermUses));
      });
    });
  }

  /** Commits a further block of uses, unless another caller's turn already brought enough. */
  async #reserveBlock(namespace: string, count: number): Promise<void> {
    const keyring = this.#keyring(namespace);
    if (keyring.available < count) await this.#changeUses(namespace, keyring);
  }

  /** Commits more uses for this agent: of the last term, or of a new one where that is full. */
  async #changeUses(namespace: string, keyring: Keyring): Promise<void> {
    await this.#change(namespace, (terms, nowMs) => {
      const last = lastTerm(terms);
      // Another agent may have rotated: the grants given here move on to its term.
      const uses = last.term === keyring.currentTerm ? reservedUsesBlock : nextTermUses;
      const reservedUses = last.reservedUses + uses;
      if (reservedUses > termUsesMax) {
        return { terms: this.#withNewTerm(terms, nowMs), reservedNow: nextTermUses };
      }
      return { terms: [...terms.slice(0, -1), { ...last, reservedUses }], reservedNow: uses };
    });
  }

  async #change(namespace: string, change: KeyringChange): Promise<void> {
    const rootKey = this.#requireRootKey();
    const keyring = this.#keyring(namespace);
    let reservedNow = 0;
    let termsBefore = 0;
    const terms = await this.#stored.change(rootKey, namespace, (present, nowMs) => {
      const changed = change(present, nowMs);
      reservedNow = changed.reservedNow;
      termsBefore = present.length;
      return changed.terms;
    });
    const isNewTerm = terms.length > termsBefore;
    this.#takeOver(rootKey, terms, () => keyring.install(terms, reservedNow));
    if (isNewTerm) this.#onNewTerm(namespace);
  }

  /**
   * Installs committed terms and zeroes their bytes, also when the barrier was sealed meanwhile.
   */
  #takeOver(rootKey: RootKey, terms: readonly TermRecord[], install: () => void): void {
    try {
      rootKey();
      install();
    } finally {
      zeroTerms(terms);
    }
  }

  #withNewTerm(terms: readonly TermRecord[], nowMs: number): TermRecord[] {
    if (terms.length >= keyringTermsMax) {
      throw failure('barrier.terms-exhausted', { keyringTermsMax });
    }
    const term = lastTerm(terms).term + 1;
    return [...terms, { term, createdMs: nowMs, reservedUses: nextTermUses, kek: this.#newKek() }];
  }

  #firstTerm(createdMs: number): TermRecord {
    return { term: 1, createdMs, reservedUses: firstTermUses, kek: this.#newKek() };
  }

  #newKek(): Uint8Array {
    return this.#random.bytes(aesKeyBytes);
  }

  #keyring(namespace: string): Keyring {
    if (this.#rootKey === undefined) throw failure('request.sealed');
    const keyring = this.#keyrings.get(namespace);
    const key = keyringKey(namespace);
    if (keyring === undefined) throw failure('barrier.keyring-missing', { key });
    if (keyring === 'corrupt') throw failure('barrier.keyring-corrupt', { key });
    return keyring;
  }

  /** The root key as it is now: once it has been dropped, the function throws `request.sealed`. */
  #requireRootKey(): RootKey {
    const held = this.#rootKey;
    const current: RootKey = () => {
      if (held === undefined || this.#rootKey !== held) throw failure('request.sealed');
      return held;
    };
    current();
    return current;
  }

  async #inTurn(namespace: string, work: () => Promise<void>): Promise<void> {
    const before = this.#turns.get(namespace) ?? Promise.resolve();
    const turn = before.then(work);
    this.#turns.set(
      namespace,
      turn.catch(() => undefined),
    );
    await turn;
  }
}

/** The next terms of a keyring, and how many uses of the last one are this agent's. */
type KeyringChange = (
  terms: readonly TermRecord[],
  clusterTimeMs: number,
) => { readonly terms: TermRecord[]; readonly reservedNow: number };

function loadKeyring(
  rootKey: SecretKey,
  namespace: string,
  record: Uint8Array,
): Keyring | 'corrupt' {
  const terms = openKeyring(rootKey, namespace, record);
  if (terms === undefined) return 'corrupt';
  const keyring = new Keyring(terms, 0);
  zeroTerms(terms);
  return keyring;
}

function lastTerm(terms: readonly TermRecord[]): TermRecord {
  const last = terms.at(-1);
  assert(last !== undefined, 'a keyring has a term');
  return last;
}
