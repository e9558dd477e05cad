/**
 * Proposals on their way into the leader's log: its own and those that followers forward. They wait
 * while the log is being written and go in together, so that one batch costs one append to each
 * follower and one sync. The leader puts its cluster time into each.
 */
import { assert } from '../../shared/assert.ts';
import { isFailure } from '../../shared/errors/failure.ts';
import type { NodeId, Proposal } from '../raft/types.ts';
import { checkTransaction } from '../store/checks.ts';
import { decodeProposal, proposalId, stampProposal } from './entry-codec.ts';
import { intakeBytesMax, intakeProposalsMax, proposalBatchBytesMax } from './limits.ts';

interface Waiting {
  readonly from: NodeId;
  readonly bytes: Uint8Array;
  readonly name: string;
}

export class Intake {
  #waiting: Waiting[] = [];
  /** Invariants: the bytes, and the names, of what waits. */
  #bytes = 0;
  readonly #names = new Set<string>();

  get waitingCount(): number {
    return this.#waiting.length;
  }

  /**
   * False if there is no room: nothing of it was taken. What waits already is not taken twice: a
   * proposer repeats itself when it hears nothing.
   */
  add(from: NodeId, proposals: readonly Uint8Array[]): boolean {
    const fresh = proposals
      .map((bytes) => ({ from, bytes, name: nameOf(bytes) }))
      .filter(({ name }) => !this.#names.has(name));
    const bytes = fresh.reduce((sum, waiting) => sum + waiting.bytes.length, 0);
    if (this.#waiting.length + fresh.length > intakeProposalsMax) return false;
    if (this.#bytes > 0 && this.#bytes + bytes > intakeBytesMax) return false;
    for (const waiting of fresh) {
      this.#waiting.push(waiting);
      this.#names.add(waiting.name);
    }
    this.#bytes += bytes;
    return true;
  }

  /** What goes into the log next: at most one message, at least one proposal if any waits. */
  nextBatch(stampMs: () => number): readonly Proposal[] {
    let bytes = 0;
    const batch: Proposal[] = [];
    for (const waiting of this.#waiting) {
      bytes += waiting.bytes.length;
      if (batch.length > 0 && bytes > proposalBatchBytesMax) break;
      batch.push({ type: 'normal', data: stampProposal(waiting.bytes, stampMs()) });
    }
    return batch;
  }

  /** The first so many have been taken into the log. */
  taken(count: number): void {
    for (const { bytes, name } of this.#waiting.slice(0, count)) {
      this.#bytes -= bytes.length;
      this.#names.delete(name);
    }
    this.#waiting = this.#waiting.slice(count);
    assert(this.#names.size === this.#waiting.length, 'nothing waits twice');
  }

  /** This node leads no more: whoever waits here is to ask elsewhere. */
  giveUp(): readonly NodeId[] {
    const askers = new Set(this.#waiting.map(({ from }) => from));
    this.taken(this.#waiting.length);
    return [...askers];
  }
}

function nameOf(bytes: Uint8Array): string {
  const { node, start, nonce, sequence } = proposalId(bytes);
  return `${node}/${start}/${nonce}/${sequence}`;
}

/**
 * Whether what a peer forwards may go into the log. What the state machine could not read would
 * stop every node, so it is read here first.
 */
export function isSoundProposal(bytes: Uint8Array, from: NodeId): boolean {
  try {
    const { node, start, nonce, body } = decodeProposal(bytes);
    if (body.kind === 'transaction') checkTransaction(body.transaction);
    return node === from && start > 0 && nonce > 0;
  } catch (error) {
    const isExpected =
      isFailure(error, 'link.frame-invalid') ||
      isFailure(error, 'replica.entry-unknown') ||
      isFailure(error, 'store.limit') ||
      isFailure(error, 'store.key-invalid');
    if (!isExpected) throw error;
    return false;
  }
}
