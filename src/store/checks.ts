/**
 * The limits of the store contract (src/ports/store.ts), checked in one place by every
 * implementation before anything is read or changed. Sizes throw `store.limit`, keys
 * `store.key-invalid`; numbers that only a faulty program passes are assertions.
 */
import { utf8Length } from '../../shared/encoding/utf8.ts';
import { assert } from '../../shared/assert.ts';
import { failure } from '../../shared/errors/failure.ts';
import {
  commitNoteBytesMax,
  rangeEntriesMax,
  transactionBytesMax,
  transactionOperationsMax,
} from '../limits.ts';
import type { GetRequest, Operation, RangeOptions, Transaction } from '../ports/store.ts';
import { checkKey, checkRangeBound } from './keys.ts';

/** Whether a number can be a revision: 0 stands for "never". */
function isRevision(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** Checks what is passed to `get`. */
export function checkGet(requests: readonly GetRequest[]): void {
  checkAtMost(requests.length, 'rangeEntriesMax', rangeEntriesMax);
  for (const request of requests) {
    checkKey(request.key);
    const known = request.knownModRevision;
    assert(known === undefined || isRevision(known), 'a known revision is a revision');
  }
}

/** Checks what is passed to `range`. */
export function checkRange(prefix: string, options: RangeOptions): void {
  checkRangeBound(prefix);
  checkRangeBound(options.after ?? '');
  assert(Number.isSafeInteger(options.limit) && options.limit >= 1, 'a page has a positive limit');
  checkAtMost(options.limit, 'rangeEntriesMax', rangeEntriesMax);
}

/** Checks what is passed to `watch`. */
export function checkWatch(prefix: string, fromRevision: number): void {
  checkRangeBound(prefix);
  assert(isRevision(fromRevision), 'a watch starts at a revision');
  assert(fromRevision >= 1, 'the first revision is 1');
}

/** Checks what is passed to `commit`; returns the bytes of its keys and values. */
export function checkTransaction(transaction: Transaction): number {
  checkAtMost(transaction.compare.length, 'transactionOperationsMax', transactionOperationsMax);
  checkAtMost(transaction.note?.length ?? 0, 'commitNoteBytesMax', commitNoteBytesMax);
  let bytes = 0;
  for (const compare of transaction.compare) {
    checkKey(compare.key);
    assert(isRevision(compare.modRevision), 'a compare names a revision');
    bytes += utf8Length(compare.key);
  }
  bytes += branchBytes(transaction.then) + branchBytes(transaction.else);
  checkAtMost(bytes, 'transactionBytesMax', transactionBytesMax);
  return bytes;
}

function branchBytes(operations: readonly Operation[]): number {
  checkAtMost(operations.length, 'transactionOperationsMax', transactionOperationsMax);
  let bytes = 0;
  for (const operation of operations) {
    checkKey(operation.key);
    bytes += utf8Length(operation.key);
    if (operation.kind === 'put') bytes += operation.value.length;
  }
  return bytes;
}

function checkAtMost(value: number, limit: string, maximum: number): void {
  if (value > maximum) throw failure('store.limit', { limit, maximum });
}
