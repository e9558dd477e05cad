/**
 * One attempt of a transaction: what was read (full key → entry or absent), what is to be written,
 * and the views that hand both out. Values are opened when they are read and sealed when they are
 * committed; a view is bound to a prefix and to what seals the entries under it.
 */
import { assert } from '../../shared/assert.ts';
import { failure } from '../../shared/errors/failure.ts';
import type { Barrier } from '../barrier/barrier.ts';
import { rangeEntriesMax } from '../limits.ts';
import type {
  Compare,
  Entry,
  GetAnswer,
  GetRequest,
  GetResult,
  Operation,
  RangeAnswer,
  RangeOptions,
  Stamp,
  Store,
} from '../ports/store.ts';
import { getSoon, type MaybeSoon, whenThere } from './at-once.ts';
import type { Decode, DecodedValue, DecodedValues } from './decoded-values.ts';
import { checkKey } from './keys.ts';
import { type PendingWrite, pendingValue, type Sealing } from './pending-write.ts';
import { PrefixView, type ViewBase } from './prefix-view.ts';
import type { Footprint, TurnKind } from './turns.ts';
import type { Attempt, StoredValue, View } from './view.ts';

interface Read {
  readonly sealing: Sealing;
  readonly modRevision: number;
  /** `decoded`: it is there, but only its decoded form was looked at. */
  readonly stored: StoredValue | 'decoded' | undefined;
  /** What it was decoded to, once somebody wanted that. */
  readonly form: DecodedForm | undefined;
}

interface DecodedForm {
  readonly decode: Decode<object>;
  readonly value: DecodedValue<object>;
}

interface AttemptRoom {
  readonly store: Store;
  readonly barrier: Barrier;
  readonly decoded?: DecodedValues;
}

export class TransactionAttempt implements Attempt, ViewBase {
  readonly revision: number;
  readonly clusterTimeMs: number;
  readonly #room: AttemptRoom;
  readonly #reads = new Map<string, Read>();
  readonly #writes = new Map<string, PendingWrite>();
  /** Of the first answer that entries were read from, and whether one was of another revision. */
  #readRevision: number | undefined;
  #readsDiffer = false;
  readonly #clearingsBefore: number | undefined;
  #lastStamp: Stamp;
  #ended = false;

  constructor(room: AttemptRoom, stamp: Stamp) {
    this.#room = room;
    this.#clearingsBefore = room.decoded?.clearings;
    this.#lastStamp = stamp;
    this.revision = stamp.revision;
    this.clusterTimeMs = stamp.clusterTimeMs;
  }

  view(prefix: string, namespace: string): View {
    return new PrefixView(this, prefix, namespace);
  }

  clearView(prefix: string): View {
    return new PrefixView(this, prefix, undefined);
  }

  /** Closes the attempt: a view that is used later is a fault of its user. */
  end(): void {
    this.#ended = true;
  }

  get writeCount(): number {
    return this.#writes.size;
  }

  /** Whether all single-key reads came from one answer of the store, or from none. */
  get readsAtOneRevision(): boolean {
    return !this.#readsDiffer;
  }

  /** The stamp of the newest answer. */
  get lastStamp(): Stamp {
    return this.#lastStamp;
  }

  compares(): readonly Compare[] {
    return [...this.#reads].map(([key, { modRevision }]) => ({ key, modRevision }));
  }

  /** What is read and written by key: where this attempt may be beaten, or beat another. */
  footprint(): Footprint {
    const footprint = new Map<string, TurnKind>();
    for (const key of this.#reads.keys()) footprint.set(key, 'shared');
    for (const key of this.#writes.keys()) footprint.set(key, 'exclusive');
    return footprint;
  }

  /** How many values the commit seals under each namespace. */
  sealsByNamespace(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { sealing, value } of this.#writes.values()) {
      if (sealing === undefined || value === undefined) continue;
      counts.set(sealing, (counts.get(sealing) ?? 0) + 1);
    }
    return counts;
  }

  /** The buffered writes, sealed. Uses of the keys must have been reserved. */
  operations(): Operation[] {
    return [...this.#writes].map(([key, write]) => this.#operation(key, write));
  }

  /** The writes are committed at this revision: forms that came with them are known from now on. */
  keepWritten(modRevision: number): void {
    const { decoded } = this.#room;
    if (decoded === undefined || decoded.clearings !== this.#clearingsBefore) return;
    for (const [key, { value, written }] of this.#writes) {
      if (value === undefined || written === undefined) continue;
      const { decode, form } = written;
      decoded.keep(key, decode, { form, modRevision, bytes: value.length });
    }
  }

  /** Reads an entry by its full key, only once an attempt; an own write goes first. */
  readOne(key: string, sealing: Sealing): MaybeSoon<StoredValue | undefined> {
    this.#assertOpen();
    if (this.#writes.has(key) || this.#hasValue(key)) return this.#valueOf(key, sealing);
    const requests = [{ key }];
    return whenThere(this.#ask(requests), (answer) => {
      this.#keep(requests, this.#taken(answer), sealing);
      return this.#valueOf(key, sealing);
    });
  }

  /** Reads entries by full key likewise. */
  async read(keys: readonly string[], sealing: Sealing): Promise<(StoredValue | undefined)[]> {
    this.#assertOpen();
    const missing = new Set(keys.filter((key) => !this.#writes.has(key) && !this.#hasValue(key)));
    if (missing.size > 0) {
      const requests = [...missing].map((key) => ({ key }));
      this.#keep(requests, this.#taken(await this.#ask(requests)), sealing);
    }
    return keys.map((key) => this.#valueOf(key, sealing));
  }

  /** The same for one entry in the form of `decode`, which the room keeps by revision. */
  readDecoded<Form extends object>(
    key: string,
    sealing: string,
    decode: Decode<Form>,
  ): MaybeSoon<DecodedValue<Form> | undefined> {
    this.#assertOpen();
    if (this.#writes.has(key)) return this.#decodeRead(key, sealing, decode);
    const read = this.#reads.get(key);
    if (read?.form?.decode === decode) {
      assert(read.sealing === sealing, 'an entry has one sealing');
      return read.form.value as DecodedValue<Form>;
    }
    if (read !== undefined) return this.#decodeRead(key, sealing, decode);
    const known = this.#room.decoded?.find(key, decode);
    const request = known === undefined ? { key } : { key, knownModRevision: known.modRevision };
    return whenThere(this.#ask([request]), (answer) => {
      const [result] = this.#taken(answer);
      const value =
        result?.kind === 'entry' ? this.#decode(result.entry, sealing, decode) : undefined;
      const decoded = result?.kind === 'unchanged' ? known : value;
      const modRevision = decoded?.modRevision ?? 0;
      const form = decoded && { decode, value: decoded };
      this.#reads.set(key, { sealing, stored: decoded && 'decoded', modRevision, form });
      return decoded;
    });
  }

  /** The form of an own write, or of what was read whole or in another form before. */
  async #decodeRead<Form extends object>(
    key: string,
    sealing: string,
    decode: Decode<Form>,
  ): Promise<DecodedValue<Form> | undefined> {
    const [stored] = await this.read([key], sealing);
    if (stored === undefined) return undefined;
    const value = { form: decode(stored.value), modRevision: stored.modRevision };
    const read = this.#writes.has(key) ? undefined : this.#reads.get(key);
    if (read !== undefined) this.#reads.set(key, { ...read, form: { decode, value } });
    return value;
  }

  async readRange(prefix: string, options: RangeOptions): Promise<RangeAnswer> {
    this.#assertOpen();
    const answer = await this.#room.store.range(prefix, options);
    this.#lastStamp = answer;
    return answer;
  }

  /** Buffered writes under a prefix, in no order. */
  writesUnder(prefix: string): readonly (readonly [string, PendingWrite])[] {
    return [...this.#writes].filter(([key]) => key.startsWith(prefix));
  }

  hasWrite(key: string): boolean {
    return this.#writes.size > 0 && this.#writes.has(key);
  }

  write(key: string, write: PendingWrite): void {
    this.#assertOpen();
    checkKey(key);
    const known = this.#reads.get(key) ?? this.#writes.get(key);
    assert(known === undefined || known.sealing === write.sealing, 'an entry has one sealing');
    this.#writes.set(key, write);
  }

  /** An entry of the store as its reader sees it. */
  open(entry: Entry, sealing: Sealing): StoredValue {
    const { key, value, modRevision, version } = entry;
    const plaintext = sealing === undefined ? value : this.#room.barrier.open(sealing, key, value);
    return { value: plaintext, modRevision, version };
  }

  #keep(requests: readonly GetRequest[], results: readonly GetResult[], sealing: Sealing): void {
    for (const [index, { key }] of requests.entries()) {
      const result = results[index];
      assert(result !== undefined, 'every request has a result');
      assert(result.kind !== 'unchanged', 'nothing was said to be known');
      const stored = result.kind === 'entry' ? this.open(result.entry, sealing) : undefined;
      // What was looked at first is what must still be so: a change since then is seen at the end.
      const modRevision = this.#reads.get(key)?.modRevision ?? stored?.modRevision ?? 0;
      this.#reads.set(key, { sealing, stored, modRevision, form: undefined });
    }
  }

  /** Asks for what is not known yet. All reads of an attempt fit in one get: see confirmReads. */
  #ask(requests: readonly GetRequest[]): MaybeSoon<GetAnswer> {
    if (this.#reads.size + requests.length > rangeEntriesMax) {
      throw failure('store.limit', { limit: 'rangeEntriesMax', maximum: rangeEntriesMax });
    }
    return getSoon(this.#room.store, requests);
  }

  #taken(answer: GetAnswer): readonly GetResult[] {
    this.#lastStamp = answer;
    this.#readRevision ??= answer.revision;
    if (this.#readRevision !== answer.revision) this.#readsDiffer = true;
    return answer.results;
  }

  #decode<Form extends object>(
    entry: Entry,
    sealing: string,
    decode: Decode<Form>,
  ): DecodedValue<Form> {
    const opened = this.open(entry, sealing);
    const decoded = { form: decode(opened.value), modRevision: entry.modRevision };
    this.#room.decoded?.keep(entry.key, decode, { ...decoded, bytes: opened.value.length });
    opened.value.fill(0);
    return decoded;
  }

  #hasValue(key: string): boolean {
    const read = this.#reads.get(key);
    return read !== undefined && read.stored !== 'decoded';
  }

  #valueOf(key: string, sealing: Sealing): StoredValue | undefined {
    const write = this.#writes.get(key);
    const known = write ?? this.#reads.get(key);
    assert(known !== undefined, 'what is asked for was read');
    assert(known.sealing === sealing, 'an entry has one sealing');
    if (write !== undefined) return pendingValue(write);
    const stored = this.#reads.get(key)?.stored;
    assert(stored !== 'decoded', 'what is asked for was read whole');
    return stored;
  }

  #operation(key: string, { sealing, value }: PendingWrite): Operation {
    if (value === undefined) return { kind: 'delete', key };
    if (sealing === undefined) return { kind: 'put', key, value };
    return { kind: 'put', key, value: this.#room.barrier.seal(sealing, key, value) };
  }

  #assertOpen(): void {
    assert(!this.#ended, 'a view is used only while its attempt runs');
  }
}
