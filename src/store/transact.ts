/**
 * Optimistic transactions over the store (the one way the rest of src uses it), after the pattern
 * of etcd's software transactional memory: run a function that reads and buffers writes, commit
 * with compares on everything it read by key, run it again with fresh reads when something changed.
 *
 * What a function saw is a consistent snapshot whenever its outcome counts. A commit's compares see
 * to that for writers. A function that only read, or that threw, is checked as well: if its reads
 * came from several revisions, they are confirmed together in one more read, or it runs again.
 * Otherwise a reader could meet a secret's metadata from before a write and its value from after.
 *
 * One that was beaten takes turns with the others of this process that want the same (turns.ts), so
 * that any number of writers of one entry make as many commits. One that only reads first tries a
 * few times more, which costs less than to wait behind all of them.
 */
import type { Barrier } from '../barrier/barrier.ts';
import { failure, isFailure } from '../../shared/errors/failure.ts';
import { transactAttemptsMax, transactionOperationsMax, transactReadsAloneMax } from '../limits.ts';
import type { CommitAnswer, Operation, Stamp, Store } from '../ports/store.ts';
import { TransactionAttempt } from './attempt.ts';
import { atOnce, type MaybeSoon } from './at-once.ts';
import type { DecodedValues } from './decoded-values.ts';
import { type Footprint, HeldTurns, turnsOf } from './turns.ts';
import type { Attempt } from './view.ts';

/** What a transaction's function runs against. */
export interface TransactionRoom {
  readonly store: Store;
  readonly barrier: Barrier;
  /** What was decoded is kept here, until it is cleared at seal; without it nothing is kept. */
  readonly decoded?: DecodedValues;
}

export interface TransactOptions {
  /** Kept with the commit (the audit index). */
  readonly note?: Uint8Array;
  /** When the caller last looked at the store: saves the first attempt a look of its own. */
  readonly startedAt?: Stamp;
}

/** The outcome of a transaction: the function's result and when it became true. */
export interface Transacted<Result> {
  readonly result: Result;
  readonly revision: number;
  readonly clusterTimeMs: number;
}

/**
 * Runs `work` as one optimistic transaction: records what it reads, buffers what it writes, commits
 * with compares on everything read by key, and runs it again (at most `transactAttemptsMax` times,
 * then `store.contended`) when something changed in between. Without writes nothing is committed.
 * `work` must not wait for another transaction: it may hold turns that the other one needs.
 *
 * Throws what `work` throws, `store.limit` where it reads or writes more than one transaction
 * takes, `store.overloaded` where too many wait for the same entry, and what store and barrier
 * throw.
 */
export async function transact<Result>(
  room: TransactionRoom,
  work: (attempt: Attempt) => MaybeSoon<Result>,
  options: TransactOptions = {},
): Promise<Transacted<Result>> {
  const turns = new HeldTurns(turnsOf(room.store));
  let beaten: Footprint | undefined;
  try {
    for (let count = 1; count <= transactAttemptsMax; count += 1) {
      if (beaten !== undefined) await turns.take(beaten);
      const known = count === 1 ? options.startedAt : undefined;
      const attempt = new TransactionAttempt(room, known ?? (await room.store.get([])));
      const running = runWork(attempt, work);
      const outcome = running instanceof Promise ? await running : running;
      if ('error' in outcome && isFailure(outcome.error, 'barrier.term-unknown')) {
        await room.barrier.learn(outcome.error);
        continue;
      }
      const done =
        standing(attempt, outcome) ?? (await settle({ room, options, turns }, attempt, outcome));
      if (done !== undefined) return done;
      if (attempt.writeCount > 0 || count >= transactReadsAloneMax) beaten = attempt.footprint();
    }
  } finally {
    turns.end();
  }
  throw failure('store.contended', { attemptsMax: transactAttemptsMax });
}

interface Running {
  readonly room: TransactionRoom;
  readonly options: TransactOptions;
  readonly turns: HeldTurns;
}

/** The outcome of an attempt that only read, and at one moment: it stands as it is. */
function standing<Result>(
  attempt: TransactionAttempt,
  outcome: Outcome<Result>,
): Transacted<Result> | undefined {
  if (attempt.writeCount > 0 || !attempt.readsAtOneRevision) return undefined;
  if ('error' in outcome) throw outcome.error;
  return transacted(outcome.result, attempt.lastStamp);
}

/** Makes the outcome of an attempt stand; undefined where it does not: others were first. */
async function settle<Result>(
  running: Running,
  attempt: TransactionAttempt,
  outcome: Outcome<Result>,
): Promise<Transacted<Result> | undefined> {
  if ('error' in outcome || attempt.writeCount === 0) {
    const stamp = await confirmReads(running.room.store, attempt);
    if (stamp === undefined) return undefined;
    if ('error' in outcome) throw outcome.error;
    return transacted(outcome.result, stamp);
  }
  const answer = await commitWrites(running, attempt);
  if (answer?.succeeded !== true) return undefined;
  attempt.keepWritten(answer.revision);
  return transacted(outcome.result, answer);
}

function transacted<Result>(result: Result, stamp: Stamp): Transacted<Result> {
  return { result, revision: stamp.revision, clusterTimeMs: stamp.clusterTimeMs };
}

type Outcome<Result> = { readonly result: Result } | { readonly error: unknown };

function runWork<Result>(
  attempt: TransactionAttempt,
  work: (attempt: Attempt) => MaybeSoon<Result>,
): MaybeSoon<Outcome<Result>> {
  const ended = (outcome: Outcome<Result>): Outcome<Result> => {
    attempt.end();
    return outcome;
  };
  const working = atOnce(work, attempt);
  if (!(working instanceof Promise)) return ended({ result: working });
  return working.then(
    (result) => ended({ result }),
    (error: unknown) => ended({ error }),
  );
}

/** When everything read by key was true at once; undefined when that cannot be said. */
async function confirmReads(store: Store, attempt: TransactionAttempt): Promise<Stamp | undefined> {
  if (attempt.readsAtOneRevision) return attempt.lastStamp;
  const known = attempt.compares().map(({ key, modRevision }) => ({
    key,
    knownModRevision: modRevision,
  }));
  const answer = await store.get(known);
  const confirmed = answer.results.every((result, index) =>
    known[index]?.knownModRevision === 0 ? result.kind === 'absent' : result.kind === 'unchanged',
  );
  return confirmed ? answer : undefined;
}

/** Undefined, and nothing done, where the commit would beat somebody whose turn it is. */
async function commitWrites(
  { room, options, turns }: Running,
  attempt: TransactionAttempt,
): Promise<CommitAnswer | undefined> {
  const compare = attempt.compares();
  checkOperations(compare.length);
  checkOperations(attempt.writeCount);
  if (!turns.isFree(attempt)) return undefined;
  for (const [namespace, count] of attempt.sealsByNamespace()) {
    await room.barrier.reserve(namespace, count);
  }
  const then: Operation[] = attempt.operations();
  const note = options.note === undefined ? {} : { note: options.note };
  return room.store.commit({ compare, then, else: [], ...note });
}

function checkOperations(count: number): void {
  if (count <= transactionOperationsMax) return;
  throw failure('store.limit', {
    limit: 'transactionOperationsMax',
    maximum: transactionOperationsMax,
  });
}
