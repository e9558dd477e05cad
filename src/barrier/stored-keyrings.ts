import { failure } from '../../shared/errors/failure.ts';
import { aesIvBytes } from '../crypto/aes-gcm.ts';
import type { SecretKey } from '../crypto/secret-key.ts';
import { rangeEntriesMax, transactAttemptsMax } from '../limits.ts';
import type { Random } from '../ports/random.ts';
import type { Compare, Entry, Operation, Store } from '../ports/store.ts';
import {
  keyringKey,
  keyringPrefix,
  openKeyring,
  sealKeyring,
  type TermRecord,
  zeroTerms,
} from './keyring-record.ts';

/** Gives the root key, or throws `request.sealed` once it has been dropped. */
export type RootKey = () => SecretKey;

/** Makes the next terms of a keyring from its present ones. May run several times. */
export type ChangeTerms = (terms: readonly TermRecord[], clusterTimeMs: number) => TermRecord[];

/** The keyrings in the store: opened for each use, sealed again for each change. */
export class StoredKeyrings {
  readonly #store: Store;
  readonly #random: Random;

  constructor(ports: { readonly store: Store; readonly random: Random }) {
    this.#store = ports.store;
    this.#random = ports.random;
  }

  /** The stored record of every namespace. */
  async readAll(): Promise<ReadonlyMap<string, Uint8Array>> {
    const records = new Map<string, Uint8Array>();
    let after: string | undefined;
    for (;;) {
      const options = { limit: rangeEntriesMax, ...(after === undefined ? {} : { after }) };
      const page = await this.#store.range(keyringPrefix, options);
      for (const { key, value } of page.entries) {
        records.set(key.slice(keyringPrefix.length), value);
      }
      after = page.entries.at(-1)?.key;
      if (!page.more) return records;
    }
  }

  /**
   * Commits a change of one keyring. Returns the new terms, which the caller zeroes. Throws
   * `barrier.keyring-missing`, `barrier.keyring-corrupt`, `store.contended`, and what `change`
   * throws.
   */
  async change(
    rootKey: RootKey,
    namespace: string,
    change: ChangeTerms,
  ): Promise<readonly TermRecord[]> {
    for (let attempt = 0; attempt < transactAttemptsMax; attempt += 1) {
      const { entry, clusterTimeMs } = await this.#read(namespace);
      const terms = this.#open(rootKey, namespace, entry);
      const changed = await zeroOnFailure(terms, async () => {
        const next = change(terms, clusterTimeMs);
        return zeroOnFailure(next, () => this.#commit(rootKey, namespace, entry, next));
      });
      if (changed !== undefined) return changed;
    }
    throw failure('store.contended', { attemptsMax: transactAttemptsMax });
  }

  /** Number of the newest term. Throws `barrier.keyring-missing` or `barrier.keyring-corrupt`. */
  async lastTerm(rootKey: RootKey, namespace: string): Promise<number> {
    const { entry } = await this.#read(namespace);
    const terms = this.#open(rootKey, namespace, entry);
    const last = terms.at(-1)?.term ?? 0;
    zeroTerms(terms);
    return last;
  }

  /** Commits the keyring of a new namespace. Throws `barrier.keyring-exists`. */
  async create(rootKey: RootKey, namespace: string, makeTerm: MakeTerm): Promise<TermRecord> {
    const key = keyringKey(namespace);
    const { clusterTimeMs } = await this.#store.get([{ key }]);
    const term = makeTerm(clusterTimeMs);
    const absent = { key, modRevision: 0 };
    const terms = [term];
    const created = await zeroOnFailure(terms, () =>
      this.#commit(rootKey, namespace, absent, terms),
    );
    if (created === undefined) throw failure('barrier.keyring-exists');
    return term;
  }

  /** The operation that stores these terms. */
  put(rootKey: SecretKey, namespace: string, terms: readonly TermRecord[]): Operation {
    const value = sealKeyring({ rootKey, namespace, iv: this.#random.bytes(aesIvBytes) }, terms);
    return { kind: 'put', key: keyringKey(namespace), value };
  }

  async #read(namespace: string): Promise<{ entry: Entry; clusterTimeMs: number }> {
    const key = keyringKey(namespace);
    const { results, clusterTimeMs } = await this.#store.get([{ key }]);
    const result = results[0];
    if (result?.kind !== 'entry') throw failure('barrier.keyring-missing', { key });
    return { entry: result.entry, clusterTimeMs };
  }

  #open(rootKey: RootKey, namespace: string, { key, value }: Entry): TermRecord[] {
    const terms = openKeyring(rootKey(), namespace, value);
    if (terms === undefined) throw failure('barrier.keyring-corrupt', { key });
    return terms;
  }

  async #commit(
    rootKey: RootKey,
    namespace: string,
    { key, modRevision }: Compare,
    terms: readonly TermRecord[],
  ): Promise<readonly TermRecord[] | undefined> {
    const compare = [{ key, modRevision }];
    const then = [this.put(rootKey(), namespace, terms)];
    const { succeeded } = await this.#store.commit({ compare, then, else: [] });
    return succeeded ? terms : undefined;
  }
}

/** Makes the first term of a keyring. */
export type MakeTerm = (clusterTimeMs: number) => TermRecord;

/** Runs `work`; if it throws or has nothing to show, the keys of the terms are zeroed. */
async function zeroOnFailure<Result>(
  terms: readonly TermRecord[],
  work: () => Promise<Result | undefined>,
): Promise<Result | undefined> {
  let result: Result | undefined;
  try {
    result = await work();
    return result;
  } finally {
    if (result === undefined) zeroTerms(terms);
  }
}
