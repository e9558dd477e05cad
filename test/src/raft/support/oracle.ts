/** What holds in every correct run, whatever goes wrong (Figure 3 of the paper, and more). */
import assert from 'node:assert/strict';
import type { PeerMessage } from '../../../../src/raft/messages.ts';
import type { RawNode, Status } from '../../../../src/raft/raw-node.ts';
import type { ConfState, Entry, NodeId, ReadState } from '../../../../src/raft/types.ts';
import type { MemoryLog } from '../../../conformance/raft/memory-log.ts';

interface Committed {
  readonly term: number;
  /** The term in which it was first seen to be committed. */
  readonly inTerm: number;
}

interface Seen {
  term: number;
  commit: number;
}

export class Oracle {
  /** What is committed, by index: the truth that no node may contradict. */
  readonly #committed = new Map<number, Committed>();
  readonly #leaders = new Map<number, NodeId>();
  readonly #votes = new Map<string, NodeId>();
  readonly #applied = new Map<number, string>();
  readonly #seen = new Map<NodeId, Seen>();
  committedMax = 0;
  /** How much has happened: a world in which nothing does proves nothing. */
  readonly counts = {
    commits: 0,
    leaders: 0,
    confChanges: 0,
    jointConfs: 0,
    reads: 0,
    snapshots: 0,
    transfers: 0,
  };

  /** A restart forgets no term. */
  checkStart(id: NodeId, status: Status): void {
    const seen = this.#seen.get(id);
    this.#seen.set(id, { term: status.term, commit: status.commit });
    // What was not durable may be gone, and with it a term that nobody was told of.
    assert.ok(seen === undefined || status.term <= seen.term, 'no term comes from nowhere');
  }

  checkNode(raw: RawNode): void {
    const { id, term, commit, role } = raw.status();
    const { log, tracker } = raw.raft;
    const seen = this.#seen.get(id) ?? { term: 0, commit: 0 };
    assert.ok(term >= seen.term && commit >= seen.commit, 'terms and commits rise');
    if (role === 'leader') this.#checkLeader(raw, term);
    for (let index = seen.commit + 1; index <= commit; index += 1) {
      const entryTerm = log.term(index);
      if (entryTerm !== undefined) this.#checkCommitted(index, entryTerm, term);
    }
    this.#seen.set(id, { term, commit });
    assert.ok(log.applied <= log.applying && log.applying <= log.committed, 'order of cursors');
    assert.ok(log.committed <= log.lastIndex(), 'what is committed is there');
    for (const { match, next, pendingSnapshot } of tracker.progress.values()) {
      assert.ok(match < next, 'the next entry lies after what matches');
      assert.ok(pendingSnapshot < next, 'the next entry lies after the snapshot');
    }
  }

  /** One leader a term, and it has every entry that was committed before its term. */
  #checkLeader(raw: RawNode, term: number): void {
    const { id } = raw.status();
    const known = this.#leaders.get(term);
    assert.ok(known === undefined || known === id, `term ${term} has leaders ${known} and ${id}`);
    if (known !== undefined) return;
    this.#leaders.set(term, id);
    this.counts.leaders += 1;
    const { log } = raw.raft;
    for (const [index, committed] of this.#committed) {
      if (committed.inTerm >= term || index < log.firstIndex() - 1) continue;
      assert.equal(log.term(index), committed.term, `leader ${id} lacks committed entry ${index}`);
    }
  }

  #checkCommitted(index: number, entryTerm: number, inTerm: number): void {
    const known = this.#committed.get(index);
    if (known === undefined) {
      this.#committed.set(index, { term: entryTerm, inTerm });
      this.counts.commits += 1;
    } else assert.equal(entryTerm, known.term, `two entries are committed at ${index}`);
    this.committedMax = Math.max(this.committedMax, index);
  }

  checkApplied({ index, term, type, data }: Entry, confState: ConfState): void {
    const text = JSON.stringify([term, type, [...data], confState]);
    const known = this.#applied.get(index);
    this.#applied.set(index, text);
    if (known === undefined && type === 'conf-change') this.counts.confChanges += 1;
    if (known === undefined && confState.votersOutgoing.length > 0) this.counts.jointConfs += 1;
    assert.ok(known === undefined || known === text, `two states at ${index}: ${known}, ${text}`);
  }

  /** An answer leaves only when what it speaks of is durable, and no vote is given twice. */
  checkSent(message: PeerMessage, stable: MemoryLog): void {
    if (message.type === 'MsgTimeoutNow') this.counts.transfers += 1;
    const durableTerm = stable.initialState().hardState?.term ?? 0;
    if (message.type === 'MsgAppResp' && !message.reject && message.index > 0) {
      // Before it was written, a leader of a later term may have replaced it: then the old leader,
      // which cannot have a quorum any more, may be told all the same.
      const isDurable = stable.lastIndex() >= message.index || durableTerm > message.term;
      assert.ok(isDurable, 'an acknowledged entry is durable');
      assert.ok(durableTerm >= message.term, 'the term of an answer is durable');
    }
    if (message.type === 'MsgVoteResp' && !message.reject) {
      const key = `${message.from} in ${message.term}`;
      const known = this.#votes.get(key);
      assert.ok(known === undefined || known === message.to, `${key} votes twice`);
      this.#votes.set(key, message.to);
      assert.ok(durableTerm >= message.term, 'a vote is durable');
    }
  }

  /** A confirmed read sees all that was committed before it was asked for. */
  checkReads(reads: ReadonlyMap<number, number>, states: readonly ReadState[]): void {
    for (const { index, context } of states) {
      const least = reads.get(context);
      if (least === undefined) continue;
      this.counts.reads += 1;
      assert.ok(index >= least, `a read that must see ${least} is told ${index}`);
    }
  }
}
