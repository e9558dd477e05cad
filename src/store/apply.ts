/**
 * The state machine: what one transaction does to the entries. Pure and synchronous, and the only
 * place that decides it: memory, SQLite and Raft evaluate with this function, so that they cannot
 * differ. The caller reads the entries before, and keeps the changes after.
 *
 * Operations of a branch run in order and see those before them. What counts as written is the net
 * effect: an entry put and deleted again in one transaction, or a delete of an absent key, is no
 * change, and a transaction without changes takes no revision.
 */
import { assert } from '../../shared/assert.ts';
import type {
  Compare,
  Entry,
  GetResult,
  Operation,
  Transaction,
  WatchChange,
} from '../ports/store.ts';

/** Gives the current entry of a key. */
export type ReadEntry = (key: string) => Entry | undefined;

/** What a transaction came to. */
export interface Applied {
  readonly succeeded: boolean;
  /** One result for each `get` of the branch taken. */
  readonly reads: readonly GetResult[];
  /** One change a key, in the order in which the keys were first written. Empty: no revision. */
  readonly changes: readonly WatchChange[];
}

/** Evaluates a transaction that has been checked. `revision` is the one it would take. */
export function applyTransaction(
  read: ReadEntry,
  transaction: Transaction,
  revision: number,
): Applied {
  assert(revision >= 1, 'the first revision is 1');
  const succeeded = transaction.compare.every((compare) => holds(read, compare));
  const written = new Map<string, Entry | undefined>();
  const reads: GetResult[] = [];
  for (const operation of succeeded ? transaction.then : transaction.else) {
    const current = written.has(operation.key) ? written.get(operation.key) : read(operation.key);
    if (operation.kind === 'get') reads.push(getResult(current));
    else written.set(operation.key, after(operation, current, revision));
  }
  return { succeeded, reads, changes: netChanges(read, written) };
}

function holds(read: ReadEntry, compare: Compare): boolean {
  return (read(compare.key)?.modRevision ?? 0) === compare.modRevision;
}

/** The answer to a read of an entry that may be absent, or known to the reader. */
export function getResult(entry: Entry | undefined, knownModRevision?: number): GetResult {
  if (entry === undefined) return { kind: 'absent' };
  return entry.modRevision === knownModRevision ? { kind: 'unchanged' } : { kind: 'entry', entry };
}

function after(
  operation: Exclude<Operation, { kind: 'get' }>,
  current: Entry | undefined,
  revision: number,
): Entry | undefined {
  if (operation.kind === 'delete') return undefined;
  return {
    key: operation.key,
    value: operation.value,
    createRevision: current?.createRevision ?? revision,
    modRevision: revision,
    version: (current?.version ?? 0) + 1,
  };
}

function netChanges(
  read: ReadEntry,
  written: ReadonlyMap<string, Entry | undefined>,
): readonly WatchChange[] {
  const changes: WatchChange[] = [];
  for (const [key, entry] of written) {
    if (entry !== undefined) changes.push({ kind: 'put', entry });
    else if (read(key) !== undefined) changes.push({ kind: 'delete', key });
  }
  return changes;
}
