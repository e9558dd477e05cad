/**
 * Proposals on their way into the leader's log: its own and those that followers forward. They wait
 * while the log is being written and go in together, so that one batch costs one append to each
 * follower and one sync. The leader puts its cluster time into each.
 */
import { isFailure } from '../../shared/errors/failure.ts';
import type { NodeId, Proposal } from '../raft/types.ts';
import { checkTransaction } from '../store/checks.ts';
import { decodeProposal, stampProposal } from './entry-codec.ts';
import { intakeProposalsMax, proposalBatchBytesMax } from './limits.ts';

interface Waiting {
  readonly from: NodeId;
  readonly bytes: Uint8Array;
}

export class Intake {
  #waiting: Waiting[] = [];

  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** False if there is no room: nothing of it was taken. */
  add(from: NodeId, proposals: readonly Uint8Array[]): boolean {
    if (this.#waiting.length + proposals.length > intakeProposalsMax) return false;
    for (const bytes of proposals) this.#waiting.push({ from, bytes });
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
    this.#waiting = this.#waiting.slice(count);
  }

  /** This node leads no more: whoever waits here is to ask elsewhere. */
  giveUp(): readonly NodeId[] {
    const askers = new Set(this.#waiting.map(({ from }) => from));
    this.#waiting = [];
    return [...askers];
  }
}

/**
 * Whether what a peer forwards may go into the log. What the state machine could not read would
 * stop every node, so it is read here first.
 */
export function isSoundProposal(bytes: Uint8Array, from: NodeId): boolean {
  try {
    const { node, start, body } = decodeProposal(bytes);
    if (body.kind === 'transaction') checkTransaction(body.transaction);
    return node === from && start > 0;
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
