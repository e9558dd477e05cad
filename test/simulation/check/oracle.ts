/**
 * The one truth of a world: what is committed, who led, who voted for whom. It sees all nodes at
 * once, and says what none of them may do (Figure 3 of the paper, and more). Each check looks at
 * what one event has touched; what needs a look at everything is in full-check.ts.
 */
import assert from 'node:assert/strict';
import type { WatchChange, WatchEvent } from '../../../src/ports/store.ts';
import type { PeerMessage } from '../../../src/raft/messages.ts';
import type { RawNode } from '../../../src/raft/raw-node.ts';
import type { ConfState, Entry, NodeId } from '../../../src/raft/types.ts';
import type { SimLog } from '../world/sim-log.ts';
import { Findings } from './findings.ts';
import { isQuorum } from './quorum-count.ts';

interface Committed {
  readonly term: number;
  /** The term in which it was first seen to be committed. */
  readonly inTerm: number;
}

interface Applied {
  readonly entry: Entry;
  readonly conf: ConfState;
}

/** What was last seen of a running node. */
interface Seen {
  term: number;
  commit: number;
  applied: number;
  isLeader: boolean;
  conf: ConfState;
}

export class Oracle {
  readonly #logOf: (id: NodeId) => SimLog | undefined;
  /** By index: the truth that no node may contradict. */
  readonly #committed = new Map<number, Committed>();
  readonly #applied = new Map<number, Applied>();
  /** Of the store, by revision; and the other way round. */
  readonly #changes = new Map<number, string>();
  readonly #changedAt = new Map<string, number>();
  readonly #leaders = new Map<number, NodeId>();
  readonly #votes = new Map<string, NodeId>();
  readonly #seen = new Map<NodeId, Seen>();
  /** The highest term a node has told anyone, over all its starts. */
  readonly #toldTerms = new Map<NodeId, number>();
  committedMax = 0;
  readonly findings = new Findings();

  constructor(logOf: (id: NodeId) => SimLog | undefined) {
    this.#logOf = logOf;
  }

  /** The configuration behind an applied index; undefined where no node has applied it. */
  confAt(index: number): ConfState | undefined {
    return this.#applied.get(index)?.conf;
  }

  entryAt(index: number): Entry | undefined {
    return this.#applied.get(index)?.entry;
  }

  started(id: NodeId, core: RawNode): void {
    const { term, log } = core.raft;
    const told = this.#toldTerms.get(id) ?? 0;
    assert.ok(term >= told, `node ${id} starts in term ${term} and has answered in ${told}`);
    const { committed: commit, applied } = log;
    this.#checkCommits(core, { from: log.firstIndex() - 1, to: commit });
    const { conf } = core.raft.tracker;
    this.#seen.set(id, { term, commit, applied, isLeader: false, conf });
  }

  /** After each turn of a node. */
  observe(id: NodeId, core: RawNode): void {
    const { term, role, log, tracker } = core.raft;
    const seen = this.#seen.get(id);
    assert.ok(seen !== undefined, 'a node starts before it does anything');
    const { committed, applied } = log;
    assert.ok(term >= seen.term, `the term of node ${id} falls from ${seen.term} to ${term}`);
    assert.ok(committed >= seen.commit, `the commit of node ${id} falls from ${seen.commit}`);
    assert.ok(applied >= seen.applied, `node ${id} applies anew`);
    assert.ok(applied <= log.applying && log.applying <= committed, 'order of cursors');
    assert.ok(committed <= log.lastIndex(), 'what is committed is there');
    const isLeader = role === 'leader';
    if (isLeader && (!seen.isLeader || term !== seen.term)) this.#checkElected(core);
    if (committed > seen.commit) {
      if (isLeader && seen.isLeader) this.#checkQuorum(core, seen);
      this.#checkCommits(core, { from: seen.commit, to: committed });
    }
    seen.term = term;
    seen.commit = committed;
    seen.applied = applied;
    seen.isLeader = isLeader;
    seen.conf = tracker.conf;
  }

  /** An answer leaves only when what it speaks of is durable, and no vote is given twice. */
  sent(message: PeerMessage): void {
    const log = this.#logOf(message.from);
    if (log === undefined) return;
    const durableTerm = log.durable.hardState?.term ?? 0;
    const isAnswer = message.type === 'MsgAppResp' || message.type === 'MsgVoteResp';
    if (!isAnswer || message.reject) return;
    const { from, term } = message;
    assert.ok(durableTerm >= term, `node ${from} answers in term ${term} before it is durable`);
    this.#toldTerms.set(from, Math.max(this.#toldTerms.get(from) ?? 0, term));
    if (message.type === 'MsgVoteResp') this.#checkVote(from, term, message.to);
    else if (message.index > 0) {
      // A later leader may have replaced it before it was written: then the one that asked cannot
      // have a quorum any more, and may be told all the same.
      const last = log.durable.start.index + log.durable.entries.length;
      const isDurable = last >= message.index || durableTerm > term;
      assert.ok(isDurable, `node ${from} acknowledges ${message.index}, which is not durable`);
    }
  }

  applied(id: NodeId, entry: Entry, conf: ConfState): void {
    const known = this.#applied.get(entry.index);
    if (known === undefined) {
      this.#applied.set(entry.index, { entry, conf });
      this.findings.applied(entry, conf);
      return;
    }
    const { index } = entry;
    assert.ok(isSameEntry(known.entry, entry), `node ${id} applies another entry at ${index}`);
    assert.ok(isSameConf(known.conf, conf), `node ${id} has another configuration at ${index}`);
  }

  /** A revision of the store is the same everywhere, and no value is ever put twice. */
  changed(event: WatchEvent): void {
    const text = event.changes.map(changeText).join();
    const known = this.#changes.get(event.revision);
    assert.ok(known === undefined || known === text, `revision ${event.revision} is two changes`);
    if (known !== undefined) return;
    this.#changes.set(event.revision, text);
    this.findings.count('changes');
    const before = this.#changedAt.get(text);
    const message = `revision ${event.revision} repeats what was done at ${before}`;
    assert.ok(before === undefined, message);
    this.#changedAt.set(text, event.revision);
  }

  /** One leader a term; it is a voter, and has every entry that was committed before its term. */
  #checkElected(core: RawNode): void {
    const { id, term, log, tracker } = core.raft;
    const known = this.#leaders.get(term);
    assert.ok(known === undefined || known === id, `term ${term} has leaders ${known} and ${id}`);
    if (known !== undefined) return;
    this.#leaders.set(term, id);
    this.findings.count('elections');
    assert.ok(tracker.isVoter(id), `node ${id} is elected and is no voter`);
    for (let index = log.firstIndex(); index <= this.committedMax; index += 1) {
      const committed = this.#committed.get(index);
      if (committed === undefined || committed.inTerm >= term) continue;
      const message = `leader ${id} of term ${term} lacks committed entry ${index}`;
      assert.equal(log.term(index), committed.term, message);
    }
  }

  /** What a leader has newly committed is durable on a quorum, the last of it of its own term. */
  #checkQuorum(core: RawNode, seen: Seen): void {
    const { id, term, log, tracker } = core.raft;
    const index = log.committed;
    if (index > seen.commit) {
      assert.equal(log.term(index), term, `leader ${id} commits ${index} of an earlier term`);
    }
    const holds = (peer: NodeId): boolean => this.#logOf(peer)?.holds({ index, term }) === true;
    const isHeld = isQuorum(tracker.conf, holds) || isQuorum(seen.conf, holds);
    assert.ok(isHeld, `leader ${id} commits ${index}, which is not durable on a quorum`);
  }

  #checkCommits({ raft }: RawNode, { from, to }: { from: number; to: number }): void {
    for (let index = from + 1; index <= to; index += 1) {
      const term = raft.log.term(index);
      if (term === undefined) continue;
      const known = this.#committed.get(index);
      if (known === undefined) {
        this.#committed.set(index, { term, inTerm: raft.term });
        this.findings.count('commits');
      } else assert.equal(term, known.term, `two entries are committed at ${index}`);
    }
    this.committedMax = Math.max(this.committedMax, to);
  }

  #checkVote(from: NodeId, term: number, candidate: NodeId): void {
    const key = `${from} in ${term}`;
    const known = this.#votes.get(key);
    assert.ok(known === undefined || known === candidate, `node ${key} votes twice`);
    this.#votes.set(key, candidate);
    const hardState = this.#logOf(from)?.durable.hardState;
    const isDurable = hardState?.term !== term || hardState.vote === candidate;
    assert.ok(isDurable, `the vote of node ${key} is not durable`);
  }
}

/** Clients put each value once: it names the write. */
function changeText(change: WatchChange): string {
  if (change.kind === 'delete') return `delete ${change.key}`;
  return `${change.entry.key}=${change.entry.value.join(' ')}`;
}

function isSameEntry(left: Entry, right: Entry): boolean {
  if (left === right) return true;
  const isSame = left.term === right.term && left.type === right.type;
  return isSame && isSameBytes(left.data, right.data);
}

export function isSameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left === right || Buffer.compare(left, right) === 0;
}

export function isSameConf(left: ConfState, right: ConfState): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}
