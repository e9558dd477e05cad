/**
 * Linearizable reads on any node: one read index serves all reads that wait. Those that come while
 * it is being asked for share the next one. A read may go on when the state has reached its index.
 *
 * A read index that gets lost is asked for again under a new context: an answer to an earlier
 * question never confirms a later read (etcd-io/etcd 20418).
 */
import { assert } from '../../shared/assert.ts';
import { failure, type StrongBoxError } from '../../shared/errors/failure.ts';
import type { ReadState, Refusal } from '../raft/types.ts';
import { readRetryTicks, replicaReadsMax } from './limits.ts';

/** Undefined: the state may be read now. */
export type ReadDone = (error: StrongBoxError | undefined) => void;

interface Waiting {
  readonly deadlineTicks: number;
  readonly done: ReadDone;
}

interface Round {
  readonly context: number;
  readonly askedTicks: number;
  readonly reads: readonly Waiting[];
}

interface Confirmed {
  readonly index: number;
  readonly reads: readonly Waiting[];
}

/** Contexts of one start of a node: more than a thousand a second for a hundred years. */
const contextsOfStart = 0x1_0000_0000;
const startsMax = 0x20_0000;

export class Reads {
  #waiting: Waiting[] = [];
  #round: Round | undefined;
  /** Waiting for the state to come so far, by rising index. */
  #confirmed: Confirmed[] = [];
  #count = 0;
  #nowTicks = 0;
  #nextContext: number;

  constructor(startCounter: number) {
    assert(startCounter < startsMax, 'contexts are never used again, not by a later start either');
    this.#nextContext = startCounter * contextsOfStart + 1;
  }

  get waitingCount(): number {
    return this.#count;
  }

  /** Throws `store.overloaded`. */
  add(limitTicks: number, done: ReadDone): void {
    if (this.#count >= replicaReadsMax) throw failure('store.overloaded');
    this.#count += 1;
    this.#waiting.push({ deadlineTicks: this.#nowTicks + limitTicks, done });
  }

  /** Asks, if reads wait and no question is out. `ask` says why it cannot be asked now. */
  flush(ask: (context: number) => Refusal | undefined): void {
    if (this.#round !== undefined || this.#waiting.length === 0) return;
    const context = this.#nextContext;
    this.#nextContext += 1;
    if (ask(context) !== undefined) return;
    this.#round = { context, askedTicks: this.#nowTicks, reads: this.#waiting };
    this.#waiting = [];
  }

  answered({ index, context }: ReadState, appliedIndex: number): void {
    if (this.#round?.context !== context) return;
    const { reads } = this.#round;
    this.#round = undefined;
    if (index <= appliedIndex) this.#finish(reads, undefined);
    else this.#confirmed.push({ index, reads });
  }

  applied(index: number): void {
    const ready = this.#confirmed.filter((confirmed) => confirmed.index <= index);
    if (ready.length === 0) return;
    this.#confirmed = this.#confirmed.filter((confirmed) => confirmed.index > index);
    for (const { reads } of ready) this.#finish(reads, undefined);
  }

  /** The leader changed: the question may have gone with the old one. */
  askAgain(): void {
    if (this.#round === undefined) return;
    this.#waiting = [...this.#round.reads, ...this.#waiting];
    this.#round = undefined;
  }

  tick(): void {
    this.#nowTicks += 1;
    const round = this.#round;
    if (round !== undefined && this.#nowTicks - round.askedTicks >= readRetryTicks) this.askAgain();
    const isLate = ({ deadlineTicks }: Waiting): boolean => deadlineTicks <= this.#nowTicks;
    const late = this.#waiting.filter(isLate);
    if (late.length > 0) this.#waiting = this.#waiting.filter((waiting) => !isLate(waiting));
    for (const [position, { index, reads }] of this.#confirmed.entries()) {
      late.push(...reads.filter(isLate));
      this.#confirmed[position] = { index, reads: reads.filter((read) => !isLate(read)) };
    }
    if (late.length > 0) this.#finish(late, failure('replica.no-leader'));
  }

  failAll(error: StrongBoxError): void {
    this.askAgain();
    const reads = [...this.#waiting, ...this.#confirmed.flatMap((confirmed) => confirmed.reads)];
    this.#waiting = [];
    this.#confirmed = [];
    this.#finish(reads, error);
  }

  #finish(reads: readonly Waiting[], error: StrongBoxError | undefined): void {
    this.#count -= reads.length;
    for (const { done } of reads) done(error);
  }
}
