/** What waits for its turn in the lane of the store. */
import type { StrongBoxError } from '../../shared/errors/failure.ts';
import type { CommitAnswer, GetAnswer, GetRequest, Transaction } from '../../src/ports/store.ts';
import { commitBatchBytesMax } from '../limits.ts';
import { commitsPerBatchMax } from './limits.ts';

export interface Refusable {
  readonly reject: (reason: unknown) => void;
}

interface Waiting<Answer> extends Refusable {
  readonly resolve: (answer: Answer) => void;
}

/** Anything else that has to do with the file: it answers whoever waits for it itself. */
export interface WaitingJob extends Refusable {
  readonly run: () => Promise<void>;
}

export interface WaitingGet extends Waiting<GetAnswer> {
  readonly requests: readonly GetRequest[];
}

export interface WaitingCommit extends Waiting<CommitAnswer> {
  readonly transaction: Transaction;
  readonly bytes: number;
}

export function rejectAll(waiting: readonly Refusable[], reason: StrongBoxError): void {
  for (const { reject } of waiting) reject(reason);
}

/** Takes the commits that one sync makes durable from the front of those that wait. */
export function takeBatch(waiting: WaitingCommit[]): WaitingCommit[] {
  let count = 0;
  let bytes = 0;
  for (const commit of waiting) {
    bytes += commit.bytes;
    if (count === commitsPerBatchMax || (count > 0 && bytes > commitBatchBytesMax)) break;
    count += 1;
  }
  return waiting.splice(0, count);
}
