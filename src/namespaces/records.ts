import { assert } from '../../shared/assert.ts';
import { withNewestTerm } from '../store/newest-term.ts';
import type { JsonValue } from '../../shared/json/value.ts';
import type { Entry, GetAnswer, GetRequest, Stamp } from '../ports/store.ts';
import { getSoon, type MaybeSoon, whenThere } from '../store/at-once.ts';
import { decodeJson } from '../store/json-values.ts';
import { Recent } from '../store/recent.ts';
import type { TransactionRoom } from '../store/transact.ts';
import { cachedRecordsBytesMax, cachedRecordsMax } from './limits.ts';
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

/** A record that is kept, and the request that asks whether it is still so. */
interface Held {
  readonly record: KnownRecord;
  readonly request: GetRequest;
  /** Of the sealed value: what the record weighs. */
  readonly bytes: number;
}

/**
 * Reads the records that every request needs (its token, the epochs) and keeps what it decoded by
 * revision: the store is asked each time, so an answer is never stale, but as long as nothing has
 * changed it says only that. Holds decoded records and no secret values; `clear` on seal.
 */
export class NamespaceRecords {
  readonly #room: TransactionRoom;
  readonly #namespace: string;
  readonly #prefix: string;
  readonly #held = new Recent<Held>({
    valuesMax: cachedRecordsMax / 2,
    weightMax: cachedRecordsBytesMax / 2,
    weigh: (key, { bytes }) => key.length + bytes,
  });

  constructor(room: TransactionRoom, namespace: string) {
    this.#room = room;
    this.#namespace = namespace;
    this.#prefix = namespacePrefix(namespace);
  }

  /**
   * One linearizable read of all keys (relative to the namespace). Throws what store and barrier
   * throw.
   */
  read(keys: readonly string[]): MaybeSoon<RecordsAnswer> {
    const held = keys.map((key) => this.#held.find(key));
    const requests = keys.map((key, at) => held[at]?.request ?? { key: this.#prefix + key });
    const { store, barrier } = this.#room;
    return whenThere(getSoon(store, requests), (answer) => {
      const { revision, clusterTimeMs } = answer;
      const taken = withNewestTerm(barrier, () => this.#records(keys, held, answer));
      return whenThere(taken, (records) => ({ records, revision, clusterTimeMs }));
    });
  }

  /** What was last read of a key; perhaps stale: for choosing what to read, never for deciding. */
  guess(key: string): JsonValue | undefined {
    return this.#held.find(key)?.record.value;
  }

  /** Forgets everything. */
  clear(): void {
    this.#held.clear();
  }

  #records(
    keys: readonly string[],
    held: readonly (Held | undefined)[],
    { results }: GetAnswer,
  ): readonly (KnownRecord | undefined)[] {
    return keys.map((key, at) => {
      const result = results[at];
      assert(result !== undefined, 'every request has a result');
      if (result.kind === 'unchanged') return held[at]?.record;
      return this.#keep(key, result.kind === 'entry' ? result.entry : undefined);
    });
  }

  #keep(key: string, entry: Entry | undefined): KnownRecord | undefined {
    if (entry === undefined) {
      this.#held.forget(key);
      return undefined;
    }
    const { modRevision } = entry;
    const record: KnownRecord = { value: this.#open(entry), modRevision };
    const request = { key: entry.key, knownModRevision: modRevision };
    this.#held.keep(key, { record, request, bytes: entry.value.length });
    return record;
  }

  #open(entry: Entry): JsonValue {
    const plaintext = this.#room.barrier.open(this.#namespace, entry.key, entry.value);
    const value = decodeJson<JsonValue>(plaintext);
    plaintext.fill(0);
    return value;
  }
}
