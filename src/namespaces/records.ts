import { assert } from '../../shared/assert.ts';
import type { JsonValue } from '../../shared/json/value.ts';
import type { Entry, Stamp } from '../ports/store.ts';
import { decodeJson } from '../store/json-values.ts';
import type { TransactionRoom } from '../store/transact.ts';
import { cachedRecordsMax } from './limits.ts';
import { namespacePrefix } from './layout.ts';

/** A sealed JSON record of a namespace, opened and decoded. Shared: must not be changed. */
export interface KnownRecord {
  readonly value: JsonValue;
  readonly modRevision: number;
}

/** Records that were all true at one moment. */
export interface RecordsAnswer extends Stamp {
  /** In the order of the keys; undefined where there is none. */
  readonly records: readonly (KnownRecord | undefined)[];
}

/**
 * Reads the records that every request needs (its token, the epochs) and keeps what it decoded by
 * revision: the store is asked each time, so an answer is never stale, but as long as nothing has
 * changed it says only that. Holds decoded records and no secret values; `clear` on seal.
 */
export class NamespaceRecords {
  readonly #room: TransactionRoom;
  readonly #namespace: string;
  /** In order of last use, oldest first. */
  readonly #known = new Map<string, KnownRecord>();

  constructor(room: TransactionRoom, namespace: string) {
    this.#room = room;
    this.#namespace = namespace;
  }

  /**
   * One linearizable read of all keys (relative to the namespace). Throws what store and barrier
   * throw.
   */
  async read(keys: readonly string[]): Promise<RecordsAnswer> {
    const before = keys.map((key) => this.#known.get(key));
    const requests = keys.map((key, index) => {
      const known = before[index];
      const full = namespacePrefix(this.#namespace) + key;
      return known === undefined
        ? { key: full }
        : { key: full, knownModRevision: known.modRevision };
    });
    const { results, revision, clusterTimeMs } = await this.#room.store.get(requests);
    const records = keys.map((key, index) => {
      const result = results[index];
      assert(result !== undefined, 'every request has a result');
      if (result.kind === 'unchanged') return this.#keep(key, before[index]);
      return this.#keep(key, result.kind === 'entry' ? this.#open(result.entry) : undefined);
    });
    return { records, revision, clusterTimeMs };
  }

  /** What was last read of a key; perhaps stale: for choosing what to read, never for deciding. */
  guess(key: string): JsonValue | undefined {
    return this.#known.get(key)?.value;
  }

  /** Forgets everything. */
  clear(): void {
    this.#known.clear();
  }

  #open(entry: Entry): KnownRecord {
    const plaintext = this.#room.barrier.open(this.#namespace, entry.key, entry.value);
    const value = decodeJson<JsonValue>(plaintext);
    plaintext.fill(0);
    return { value, modRevision: entry.modRevision };
  }

  /** Makes the record the one used last; forgets the one not used for longest. */
  #keep(key: string, record: KnownRecord | undefined): KnownRecord | undefined {
    this.#known.delete(key);
    if (record === undefined) return undefined;
    this.#known.set(key, record);
    if (this.#known.size > cachedRecordsMax) {
      const oldest = this.#known.keys().next().value;
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    return record;
  }
}
