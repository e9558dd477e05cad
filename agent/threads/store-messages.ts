/**
 * What crosses between the thread that has the store and one that has keys. Values are sealed, and
 * names of entries are clear at rest, too: no plaintext and no key is ever in such a message.
 *
 * Structured cloning copies all the memory that an array is a view of, so a small value cut out of
 * a pool of Node's would take along whatever lies beside it there. Hence `wholeMemory`.
 */
import type { MessagePort } from 'node:worker_threads';
import type {
  CommitAnswer,
  Entry,
  GetAnswer,
  GetRequest,
  GetResult,
  Operation,
  RangeAnswer,
  RangeOptions,
  Transaction,
  WatchChange,
  WatchEvent,
} from '../../src/ports/store.ts';
import type { FailureMessage } from './failure-message.ts';
import type { PackedEntries } from './packed-entries.ts';

/**
 * To the storage thread, to be answered (ids of reads and of commits are counted apart), or that
 * the sender has heard that it is behind.
 */
export type StoreCall = AnsweredCall | { readonly kind: 'go-on' };

export type AnsweredCall =
  | { readonly kind: 'get'; readonly id: number; readonly requests: readonly GetRequest[] }
  | {
      readonly kind: 'range';
      readonly id: number;
      readonly prefix: string;
      readonly options: RangeOptions;
    }
  | {
      readonly kind: 'history';
      readonly id: number;
      readonly fromRevision: number;
      readonly eventsMax: number;
    }
  | { readonly kind: 'commit'; readonly id: number; readonly transaction: Transaction };

type StoreAnswer = GetAnswer | readonly WatchEvent[] | CommitAnswer;

/** What a key's entry has become: an entry, gone, or too large to be told unasked. */
export type ToldEntry = Entry | 'absent' | 'large';

/**
 * From the storage thread. A move comes before every answer that shows it, unless the thread is
 * behind: then that is told in place of moves. `begin-anew` ends it: what was known is to be
 * forgotten, and all moves from that revision on are told.
 */
export type StoreNews =
  | {
      readonly kind: 'moved';
      readonly revision: number;
      readonly written: readonly (readonly [key: string, entry: ToldEntry])[];
      /** By this connection so far, with this move. */
      readonly toldBytes: number;
    }
  | { readonly kind: 'behind' }
  | { readonly kind: 'begin-anew'; readonly revision: number }
  | {
      readonly kind: 'answer' | 'committed';
      readonly id: number;
      readonly value: StoreAnswer;
    }
  | {
      readonly kind: 'page';
      readonly id: number;
      readonly answer: Omit<RangeAnswer, 'entries'>;
      readonly entries: PackedEntries;
    }
  | {
      readonly kind: 'refused' | 'uncommitted';
      readonly id: number;
      readonly failure: FailureMessage;
    };

/** How a request thread reaches the store. */
export interface StoreConnection {
  readonly port: MessagePort;
  /** The store's revision when the port was made: moves from there on come through it. */
  readonly revision: number;
  /**
   * Memory of the shared position; undefined where reads must be asked for (shared-position.ts).
   */
  readonly position: SharedArrayBuffer | undefined;
  /** Memory of a HeardBytes: how much of the moves was heard. */
  readonly heard: SharedArrayBuffer;
}

/** The same bytes, and no others behind them. */
function wholeMemory(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
}

/** A transaction that may be cloned. */
export function cloneableTransaction(transaction: Transaction): Transaction {
  const { compare, note } = transaction;
  return {
    compare,
    then: transaction.then.map(cloneableOperation),
    else: transaction.else.map(cloneableOperation),
    ...(note === undefined ? {} : { note: wholeMemory(note) }),
  };
}

function cloneableOperation(operation: Operation): Operation {
  return operation.kind === 'put'
    ? { ...operation, value: wholeMemory(operation.value) }
    : operation;
}

export function cloneableEntry(entry: Entry): Entry {
  const value = wholeMemory(entry.value);
  return value === entry.value ? entry : { ...entry, value };
}

export function cloneableResult(result: GetResult): GetResult {
  return result.kind === 'entry' ? { kind: 'entry', entry: cloneableEntry(result.entry) } : result;
}

export function cloneableEvent({ revision, changes }: WatchEvent): WatchEvent {
  return { revision, changes: changes.map(cloneableChange) };
}

function cloneableChange(change: WatchChange): WatchChange {
  return change.kind === 'put' ? { kind: 'put', entry: cloneableEntry(change.entry) } : change;
}
