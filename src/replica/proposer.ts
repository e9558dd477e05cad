/**
 * This node's own proposals, from their submission to their outcome. Each is sent to whoever leads,
 * and again under the same identity when leaders change or nothing is heard; the replicated window
 * sees to it that it counts once. The outcome comes out of this node's own applied stream.
 *
 * When its deadline passes, a proposal that was never sent was certainly not applied; of one that
 * was sent nobody can say.
 */
import { assert } from '../../shared/assert.ts';
import { failure, type StrongBoxError } from '../../shared/errors/failure.ts';
import { frameProposalsMax } from '../link/limits.ts';
import { waitingCommitsMax } from '../limits.ts';
import type { CommitAnswer, Operation } from '../ports/store.ts';
import { encodeProposal, type ProposalBody, type ProposalId } from './entry-codec.ts';
import {
  proposalBatchBytesMax,
  proposalRetryTicks,
  waitingProposalBytesMax,
  windowResultsMax,
} from './limits.ts';
import type { ResultWindow } from './result-window.ts';
import type { Outcome } from './state-machine.ts';

export type ProposalResult =
  | { readonly ok: true; readonly answer: CommitAnswer }
  | { readonly ok: false; readonly error: StrongBoxError };

export type ProposalDone = (result: ProposalResult) => void;

/** Whose proposals they are: this node's, since this start. */
export type ProposerIdentity = Omit<ProposalId, 'sequence'>;

interface Waiting {
  readonly bytes: Uint8Array;
  /** Whether it reads something where its comparison holds, and where it does not. */
  readonly readsIf: Readonly<Record<'holds' | 'fails', boolean>>;
  /** Infinity: it waits for ever. */
  readonly deadlineTicks: number;
  readonly done: ProposalDone;
  /** When it was last sent; undefined: it is to be sent. */
  sentTicks: number | undefined;
  wasSent: boolean;
}

export class Proposer {
  readonly #self: ProposerIdentity;
  /** By sequence, rising. At most `waitingCommitsMax` and one. */
  readonly #waiting = new Map<number, Waiting>();
  #waitingBytes = 0;
  #unsent = 0;
  #nextSequence = 1;
  #nowTicks = 0;
  /** After a refusal: nothing is sent before. */
  #pausedUntilTicks = 0;

  constructor(self: ProposerIdentity) {
    this.#self = self;
  }

  get waitingCount(): number {
    return this.#waiting.size;
  }

  /** Throws `store.overloaded`: then nothing was proposed. */
  submit(body: ProposalBody, limitTicks: number, done: ProposalDone): void {
    const sequence = this.#nextSequence;
    const lowest = this.#lowest();
    if (this.#waiting.size >= waitingCommitsMax || sequence - lowest >= windowResultsMax) {
      throw failure('store.overloaded');
    }
    const head = { ...this.#self, sequence, lowest };
    const bytes = encodeProposal(head, body);
    if (this.#waiting.size > 0 && this.#waitingBytes + bytes.length > waitingProposalBytesMax) {
      throw failure('store.overloaded');
    }
    const readsIf = readsOf(body);
    const deadlineTicks = this.#nowTicks + limitTicks;
    const sending = { sentTicks: undefined, wasSent: false };
    this.#waiting.set(sequence, { bytes, readsIf, deadlineTicks, done, ...sending });
    this.#nextSequence += 1;
    this.#waitingBytes += bytes.length;
    this.#unsent += 1;
  }

  /** The next batch to be sent, and marks it as sent. Empty if nothing is to be sent now. */
  takeBatch(): readonly Uint8Array[] {
    if (this.#unsent === 0 || this.#nowTicks < this.#pausedUntilTicks) return [];
    const batch: Uint8Array[] = [];
    let bytes = 0;
    for (const waiting of this.#waiting.values()) {
      if (waiting.sentTicks !== undefined) continue;
      bytes += waiting.bytes.length;
      const isFull = batch.length >= frameProposalsMax || bytes > proposalBatchBytesMax;
      if (batch.length > 0 && isFull) break;
      waiting.sentTicks = this.#nowTicks;
      waiting.wasSent = true;
      this.#unsent -= 1;
      batch.push(waiting.bytes);
    }
    return batch;
  }

  /** Whatever was sent may be lost: everything is to be sent again. */
  resend(): void {
    this.#pausedUntilTicks = 0;
    for (const waiting of this.#waiting.values()) this.#resendOne(waiting);
  }

  /** Whoever was taken for the leader did not take a batch: again, a little later. */
  refused(): void {
    this.resend();
    this.#pausedUntilTicks = this.#nowTicks + 4;
  }

  tick(): void {
    this.#nowTicks += 1;
    for (const [sequence, waiting] of this.#waiting) {
      const { sentTicks } = waiting;
      if (this.#nowTicks >= waiting.deadlineTicks) this.#expire(sequence, waiting);
      else if (sentTicks !== undefined && this.#nowTicks - sentTicks >= proposalRetryTicks) {
        this.#resendOne(waiting);
      }
    }
  }

  /** What the applied stream says, of whomever. */
  resolve({ id, judgement, answer }: Outcome): void {
    const { node, start, nonce } = this.#self;
    if (id.node !== node || id.start !== start || id.nonce !== nonce) return;
    // Neither was done, nor will be: the cluster does not take this node for the member it was.
    if (judgement === 'not-a-member' || judgement === 'other-start') {
      this.#settle(id.sequence, { ok: false, error: failure('replica.not-member') });
    } else if (answer !== undefined) this.#settle(id.sequence, { ok: true, answer });
  }

  /** A snapshot was installed: it may hold results that this node did not see applied. */
  resolveFromWindow(window: ResultWindow | undefined): void {
    if (window === undefined) return;
    for (const [sequence, { readsIf }] of this.#waiting) {
      const result = window.resultOf({ ...this.#self, sequence });
      if (result === undefined) continue;
      // What it read then is not in the window, and cannot be read now.
      const hasReads = result.succeeded ? readsIf.holds : readsIf.fails;
      const told: ProposalResult = hasReads
        ? { ok: false, error: failure('replica.outcome-unknown') }
        : { ok: true, answer: { ...result, reads: [] } };
      this.#settle(sequence, told);
    }
  }

  /** What was never sent cannot be done now: the disk of the only node is full. */
  failUnsent(error: StrongBoxError): void {
    for (const [sequence, { wasSent }] of this.#waiting) {
      if (!wasSent) this.#settle(sequence, { ok: false, error });
    }
  }

  failAll(error: (wasSent: boolean) => StrongBoxError): void {
    for (const [sequence, { wasSent }] of this.#waiting) {
      this.#settle(sequence, { ok: false, error: error(wasSent) });
    }
  }

  #lowest(): number {
    for (const sequence of this.#waiting.keys()) return sequence;
    return this.#nextSequence;
  }

  #resendOne(waiting: Waiting): void {
    if (waiting.sentTicks === undefined) return;
    waiting.sentTicks = undefined;
    this.#unsent += 1;
  }

  #expire(sequence: number, { wasSent }: Waiting): void {
    const error = failure(wasSent ? 'replica.outcome-unknown' : 'replica.no-leader');
    this.#settle(sequence, { ok: false, error });
  }

  #settle(sequence: number, result: ProposalResult): void {
    const waiting = this.#waiting.get(sequence);
    if (waiting === undefined) return;
    this.#waiting.delete(sequence);
    this.#waitingBytes -= waiting.bytes.length;
    if (waiting.sentTicks === undefined) this.#unsent -= 1;
    assert(this.#waitingBytes >= 0, 'bytes that wait are counted');
    waiting.done(result);
  }
}

function readsOf(body: ProposalBody): Waiting['readsIf'] {
  if (body.kind !== 'transaction') return { holds: false, fails: false };
  const { then, else: otherwise } = body.transaction;
  const reads = ({ kind }: Operation): boolean => kind === 'get';
  return { holds: then.some(reads), fails: otherwise.some(reads) };
}
