/** What needs a look at all nodes: done now and then, and at the end. */
import assert from 'node:assert/strict';
import type { Raft } from '../../../src/raft/raft.ts';
import type { Entry, NodeId } from '../../../src/raft/types.ts';
import type { Host } from '../hosts/host.ts';
import type { LogImage, SimLog } from '../world/sim-log.ts';
import { isSameBytes, isSameConf, type Oracle } from './oracle.ts';

/** No world gets so far. */
const termsMax = 1_000_000;

/** The least that is looked at. */
export interface Checked {
  readonly id: NodeId;
  readonly log: SimLog;
  readonly host: Host | undefined;
  readonly isAmnesiac: boolean;
}

interface Known {
  readonly entry: Entry;
  /** Term of the entry before it; undefined where that is cut. */
  previousTerm: number | undefined;
}

export class FullCheck {
  readonly #oracle: Oracle;
  /** Every entry ever seen, by index and term. */
  readonly #known = new Map<number, Known>();
  /** Of each node, the log that was looked at last: an image is never changed. */
  readonly #looked = new Map<NodeId, LogImage>();
  /** What a state came to, by applied index. */
  readonly #digests = new Map<number, string>();

  constructor(oracle: Oracle) {
    this.#oracle = oracle;
  }

  check(nodes: readonly Checked[]): void {
    for (const node of nodes) {
      this.#checkLog(node);
      if (node.host !== undefined && !node.isAmnesiac) this.#checkHost(node.id, node.host);
    }
  }

  /** Log matching: the same index and term are the same entry, and so is what lies before it. */
  #checkLog({ id, log }: Checked): void {
    if (this.#looked.get(id) === log.durable) return;
    this.#looked.set(id, log.durable);
    const { start, entries } = log.durable;
    let previousTerm: number | undefined = start.term;
    for (const entry of entries) {
      assert.ok(entry.term < termsMax, 'terms are far from their limit here');
      const key = entry.index * termsMax + entry.term;
      const known = this.#known.get(key);
      if (known === undefined) this.#known.set(key, { entry, previousTerm });
      else if (known.entry !== entry || known.previousTerm !== previousTerm) {
        const isSame = known.entry.type === entry.type && isSameBytes(known.entry.data, entry.data);
        assert.ok(isSame, `node ${id} has another entry at ${entry.index}`);
        const isPrefix = known.previousTerm === undefined || known.previousTerm === previousTerm;
        assert.ok(isPrefix, `node ${id} has another entry before ${entry.index}`);
      }
      previousTerm = entry.term;
    }
  }

  #checkHost(id: NodeId, host: Host): void {
    const raft = host.core?.raft;
    if (raft === undefined) return;
    const { index, text } = host.digest();
    const known = this.#digests.get(index);
    assert.ok(known === undefined || known === text, `node ${id} has another state at ${index}`);
    this.#digests.set(index, text);
    const conf = this.#oracle.confAt(raft.log.applied);
    if (
      conf !== undefined &&
      raft.log.unstable.snapshot === undefined &&
      index === raft.log.applied
    ) {
      const isSame = isSameConf(conf, raft.tracker.conf);
      assert.ok(isSame, `node ${id} works in another configuration at ${raft.log.applied}`);
    }
    this.#checkUncommittedChanges(id, raft);
    for (const { match, next, pendingSnapshot } of raft.tracker.progress.values()) {
      assert.ok(match < next, 'the next entry lies after what matches');
      assert.ok(pendingSnapshot < next, 'the next entry lies after the snapshot');
    }
  }

  /** At most one change of members is under way in any log. */
  #checkUncommittedChanges(id: NodeId, { log }: Raft): void {
    const from = log.committed + 1;
    if (from > log.lastIndex()) return;
    const tail = log.slice(from, log.lastIndex() + 1, Number.POSITIVE_INFINITY) ?? [];
    const changes = tail.filter(({ type }) => type === 'conf-change').length;
    assert.ok(changes <= 1, `node ${id} has ${changes} uncommitted changes of members`);
  }
}
