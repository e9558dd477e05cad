/**
 * What the store contract says, written a second time and as plainly as possible: a map, sorted by
 * bytes when somebody asks. Shares no code with the implementations that it judges.
 */
import type {
  Entry,
  GetResult,
  Operation,
  RangeOptions,
  Transaction,
  WatchEvent,
} from '../../../src/ports/store.ts';

export interface ModelEntry {
  readonly value: string;
  readonly createRevision: number;
  readonly modRevision: number;
  readonly version: number;
}

export type ModelResult = ModelEntry | 'absent' | 'unchanged';

export interface ModelCommit {
  readonly succeeded: boolean;
  readonly revision: number;
  readonly reads: readonly ModelResult[];
}

export interface ModelChange {
  readonly revision: number;
  readonly key: string;
  readonly entry: ModelEntry | undefined;
}

const latin1 = (value: Uint8Array): string => Buffer.from(value).toString('latin1');

/** The same view of an implementation's entry. */
export function plainEntry(entry: Entry): ModelEntry {
  const { createRevision, modRevision, version } = entry;
  return { value: latin1(entry.value), createRevision, modRevision, version };
}

export function plainResult(result: GetResult): ModelResult {
  return result.kind === 'entry' ? plainEntry(result.entry) : result.kind;
}

/** Changes of an event, ordered by key: the contract leaves their order open. */
export function plainChanges(event: WatchEvent): ModelChange[] {
  const changes = event.changes.map((change): ModelChange => {
    const key = change.kind === 'put' ? change.entry.key : change.key;
    const entry = change.kind === 'put' ? plainEntry(change.entry) : undefined;
    return { revision: event.revision, key, entry };
  });
  return changes.sort(byKey);
}

function byKey(left: { readonly key: string }, right: { readonly key: string }): number {
  return Buffer.compare(Buffer.from(left.key), Buffer.from(right.key));
}

export class Model {
  revision = 0;
  entries = new Map<string, ModelEntry>();
  readonly changes: ModelChange[] = [];

  get(key: string, known?: number): ModelResult {
    const entry = this.entries.get(key);
    if (entry === undefined) return 'absent';
    return entry.modRevision === known ? 'unchanged' : entry;
  }

  range(
    prefix: string,
    { after, limit, keysOnly }: RangeOptions,
  ): { readonly entries: readonly (ModelEntry & { key: string })[]; readonly more: boolean } {
    const all = [...this.entries]
      .map(([key, entry]) => ({ key, ...entry, value: keysOnly === true ? '' : entry.value }))
      .filter(({ key }) => key.startsWith(prefix))
      .filter((entry) => after === undefined || byKey(entry, { key: after }) > 0)
      .sort(byKey);
    return { entries: all.slice(0, limit), more: all.length > limit };
  }

  commit(transaction: Transaction): ModelCommit {
    const succeeded = transaction.compare.every(
      ({ key, modRevision }) => (this.entries.get(key)?.modRevision ?? 0) === modRevision,
    );
    const before = this.entries;
    this.entries = new Map(before);
    const reads: ModelResult[] = [];
    for (const operation of succeeded ? transaction.then : transaction.else) {
      if (operation.kind === 'get') reads.push(this.get(operation.key));
      else this.#write(operation);
    }
    this.#record(before);
    return { succeeded, revision: this.revision, reads };
  }

  #write(operation: Exclude<Operation, { kind: 'get' }>): void {
    const { key } = operation;
    const old = this.entries.get(key);
    this.entries.delete(key);
    if (operation.kind === 'delete') return;
    this.entries.set(key, {
      value: latin1(operation.value),
      createRevision: old?.createRevision ?? this.revision + 1,
      modRevision: this.revision + 1,
      version: (old?.version ?? 0) + 1,
    });
  }

  #record(before: ReadonlyMap<string, ModelEntry>): void {
    const keys = new Set([...before.keys(), ...this.entries.keys()]);
    const changed = [...keys].filter((key) => before.get(key) !== this.entries.get(key));
    if (changed.length === 0) return;
    this.revision += 1;
    for (const key of changed.sort((left, right) => byKey({ key: left }, { key: right }))) {
      this.changes.push({ revision: this.revision, key, entry: this.entries.get(key) });
    }
  }
}
