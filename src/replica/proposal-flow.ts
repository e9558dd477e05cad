/** Proposals at the end of a turn: into the own log on the leader, else to the leader. */
import { failure } from '../../shared/errors/failure.ts';
import { none } from '../raft/types.ts';
import type { Parts } from './parts.ts';

/** Sends on what waits, as far as it can be sent now. */
export function flushProposals(parts: Parts): void {
  const { node, proposer, links } = parts;
  const { role, lead } = node.raft;
  if (role === 'leader') return flushIntoLog(parts);
  if (lead === none || !links.isUp(lead, 'bulk')) return;
  for (let batch = proposer.takeBatch(); batch.length > 0; batch = proposer.takeBatch()) {
    if (links.send(lead, 'bulk', { type: 'proposals', proposals: batch })) continue;
    proposer.refused();
    return;
  }
}

/** The only node that could take a proposal has no room on its disk. */
export function isStuck({ logWriter, node, leadership }: Parts): boolean {
  return logWriter.isFull && node.raft.role === 'leader' && !leadership.hasFitPeer;
}

function flushIntoLog(parts: Parts): void {
  const { node, proposer, intake, logWriter, time } = parts;
  const { id, leadTransferee } = node.raft;
  if (isStuck(parts)) proposer.failUnsent(failure('store.disk-full'));
  if (logWriter.isFull) return;
  for (let batch = proposer.takeBatch(); batch.length > 0; batch = proposer.takeBatch()) {
    if (!intake.add(id, batch)) proposer.refused();
  }
  // Group commit: while the log is being written, what comes waits for the next batch.
  if (logWriter.isWriting || leadTransferee !== none) return;
  const entries = intake.nextBatch(() => time.stampMs());
  if (entries.length === 0) return;
  const refusal = node.step({ type: 'MsgProp', from: id, to: id, term: 0, entries });
  if (refusal === undefined) intake.taken(entries.length);
}
