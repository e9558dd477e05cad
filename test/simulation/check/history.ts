/**
 * What clients asked for and were told, and whether a single machine that does one thing after the
 * other could have answered so: the revision in each answer says in which order (n log n).
 */
import assert from 'node:assert/strict';
import type { Outcome, WriteRequest } from '../hosts/host.ts';

/** `began` and `ended` count what happened in the world: they order operations of all clients. */
export interface Operation {
  readonly client: number;
  readonly key: number;
  /** Undefined in a read. */
  readonly write: WriteRequest | undefined;
  readonly began: number;
  ended: number;
  outcome: Outcome | undefined;
}

type Done = Extract<Outcome, { kind: 'done' }>;

interface Answered extends Operation {
  readonly outcome: Done;
}

/** A write that is known to have happened. */
interface Written {
  readonly value: number;
  readonly revision: number;
}

/** Throws where the answers contradict each other, or the order in real time. */
export function checkByRevision(operations: readonly Operation[]): void {
  const answered = operations.filter(isAnswered);
  checkRealTime(answered);
  const byKey = Map.groupBy(answered, ({ key }) => key);
  for (const [key, ofKey] of byKey) checkRegister(key, ofKey, writersOf(operations, key));
}

/**
 * Whatever ended before something else began has the smaller revision: a read may have the same one
 * as what was before it, a write may not.
 */
function checkRealTime(answered: readonly Answered[]): void {
  const byBegin = answered.toSorted((left, right) => left.began - right.began);
  const byEnd = answered.toSorted((left, right) => left.ended - right.ended);
  let position = 0;
  let newest = 0;
  for (const operation of byBegin) {
    for (let ended = byEnd[position]; ended !== undefined; ended = byEnd[position]) {
      if (ended.ended >= operation.began) break;
      newest = Math.max(newest, ended.outcome.revision);
      position += 1;
    }
    const { revision } = operation.outcome;
    const isLater = isChange(operation) ? revision > newest : revision >= newest;
    const what = isChange(operation) ? 'write' : 'read';
    assert.ok(isLater, `a ${what} at ${revision} began after an answer of ${newest}`);
  }
}

/** Each answer tells of the newest write at its revision. */
function checkRegister(
  key: number,
  answered: readonly Answered[],
  writers: ReadonlyMap<number, Operation>,
): void {
  const written = writesOf(key, answered);
  for (const operation of answered) {
    const { value, keyRevision, revision } = operation.outcome;
    if (isChange(operation)) {
      assert.equal(keyRevision, revision, 'a write is the newest of its key');
      checkCondition(operation, written);
      continue;
    }
    checkSeen({ key, value, keyRevision, revision }, written);
    const author = writers.get(value);
    if (keyRevision === 0) assert.equal(value, 0, 'what is absent has no value');
    else assert.ok(author !== undefined, `nobody wrote ${value} to key ${key}`);
    assert.notEqual(author?.outcome?.kind, 'refused', `${value} was refused, and is there`);
    if (author !== undefined) {
      assert.ok(author.began < operation.ended, 'a value is read after it is written');
    }
  }
}

/** All writes that some answer tells of, the writer's or a reader's; by rising revision. */
function writesOf(key: number, answered: readonly Answered[]): readonly Written[] {
  const values = new Map<number, number>();
  for (const { outcome } of answered) {
    const { keyRevision, value } = outcome;
    if (keyRevision === 0) continue;
    const known = values.get(keyRevision) ?? value;
    assert.equal(value, known, `key ${key} was written twice at ${keyRevision}`);
    values.set(keyRevision, value);
  }
  return [...values]
    .map(([revision, value]) => ({ revision, value }))
    .sort((left, right) => left.revision - right.revision);
}

interface SeenValue extends Written {
  readonly key: number;
  readonly keyRevision: number;
}

function checkSeen(seen: SeenValue, written: readonly Written[]): void {
  const newest = newestAt(written, seen.revision);
  if (newest === undefined) return;
  const message = `key ${seen.key} at ${seen.revision} is read as of ${seen.keyRevision}`;
  // A write that nobody was told of may lie after the newest that is known.
  assert.ok(
    seen.keyRevision >= newest.revision,
    `${message}, and was written at ${newest.revision}`,
  );
  if (seen.keyRevision === newest.revision) assert.equal(seen.value, newest.value, message);
}

/** A conditional write that succeeded met what it asked for. */
function checkCondition({ write, outcome }: Answered, written: readonly Written[]): void {
  if (write?.ifRevision === undefined) return;
  const before = newestAt(written, outcome.revision - 1);
  const isMet = before === undefined || before.revision <= write.ifRevision;
  assert.ok(isMet, `a write if ${write.ifRevision} succeeded after ${before?.revision}`);
}

function newestAt(written: readonly Written[], revision: number): Written | undefined {
  let [low, high] = [0, written.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = written[middle];
    if (at !== undefined && at.revision <= revision) low = middle + 1;
    else high = middle;
  }
  return written[low - 1];
}

function writersOf(operations: readonly Operation[], key: number): ReadonlyMap<number, Operation> {
  const writers = new Map<number, Operation>();
  for (const operation of operations) {
    if (operation.write !== undefined && operation.key === key) {
      writers.set(operation.write.value, operation);
    }
  }
  return writers;
}

function isChange({ write, outcome }: Answered): boolean {
  return write !== undefined && outcome.succeeded;
}

function isAnswered(operation: Operation): operation is Answered {
  return operation.outcome?.kind === 'done';
}
