/**
 * A cluster of bare cores in a small world that goes wrong: messages are lost, doubled and late,
 * nodes crash with their unwritten work, disks and state machines lag. Everything is drawn from one
 * seed. It knows all nodes, and so can say what none of them may do.
 */
import assert from 'node:assert/strict';
import { decodeConfChange } from '../../../../src/raft/conf-change-codec.ts';
import type { ConfChange, ConfChangeSingle } from '../../../../src/raft/conf-change.ts';
import type {
  Message,
  MsgStorageAppend,
  MsgStorageApply,
  PeerMessage,
} from '../../../../src/raft/messages.ts';
import type { RaftSizes, RaftSwitches } from '../../../../src/raft/options.ts';
import { RawNode } from '../../../../src/raft/raw-node.ts';
import type { Ready } from '../../../../src/raft/ready.ts';
import { emptyConf } from '../../../../src/raft/tracker.ts';
import type { Entry, NodeId } from '../../../../src/raft/types.ts';
import { MemoryLog } from '../../../conformance/raft/memory-log.ts';
import type { Draw } from './draw.ts';
import { Oracle } from './oracle.ts';

export interface WorldNode {
  readonly id: NodeId;
  readonly stable: MemoryLog;
  raw: RawNode | undefined;
  appendWork: MsgStorageAppend[];
  applyWork: MsgStorageApply[];
  /** Responses of the node's own storage: never lost but in a crash, never reordered. */
  local: Message[];
  /** Reads under way: the commit that each must see, by context. */
  reads: Map<number, number>;
}

export type Settings = RaftSwitches & RaftSizes;

const boot = {
  index: 2,
  term: 1,
  confState: { ...emptyConf, voters: [1, 2, 3] },
};

export class World {
  readonly nodes: readonly WorldNode[];
  readonly oracle = new Oracle();
  readonly #draw: Draw;
  readonly #settings: Settings;
  /** On their way. */
  messages: PeerMessage[] = [];
  /** Nodes on one side of a partition; messages do not cross it. */
  #apart: readonly NodeId[] = [];
  #proposals = 0;
  #readContexts = 0;

  constructor(draw: Draw, settings: Settings) {
    this.#draw = draw;
    this.#settings = settings;
    this.nodes = [1, 2, 3, 4, 5].map((id) => this.#makeNode(id));
    for (const node of this.nodes) this.start(node);
  }

  #makeNode(id: NodeId): WorldNode {
    const stable = new MemoryLog();
    if (id <= 3) stable.install(boot);
    return {
      id,
      stable,
      raw: undefined,
      appendWork: [],
      applyWork: [],
      local: [],
      reads: new Map(),
    };
  }

  start(node: WorldNode): void {
    const { id, stable } = node;
    node.raw = new RawNode({
      ...this.#settings,
      id,
      stableLog: stable,
      applied: stable.snapshot()?.index ?? 0,
      draw: (bound) => this.#draw.below(bound),
      emit: () => {},
    });
    this.oracle.checkStart(id, node.raw.status());
  }

  /** Unwritten work is lost, and the state machine falls back to an earlier state. */
  crash(node: WorldNode): void {
    node.raw = undefined;
    node.appendWork = [];
    node.applyWork = [];
    node.local = [];
    node.reads.clear();
    const { history } = node.stable;
    const lost = this.#draw.below(4);
    for (let count = 0; count < lost; count += 1) {
      const before = history.at(-2);
      if (before !== undefined && before.index >= node.stable.firstIndex() - 1) history.pop();
    }
  }

  /** Hands out what the node has to do. */
  ready(node: WorldNode): void {
    const { raw } = node;
    if (raw === undefined || !raw.hasReady) return;
    const ready = raw.ready();
    this.oracle.checkReads(node.reads, ready.readStates);
    if (!this.#settings.asyncStorageWrites) this.#writeAndApply(node, raw, ready);
    for (const message of ready.messages) {
      if (message.type === 'MsgStorageAppend') node.appendWork.push(message);
      else if (message.type === 'MsgStorageApply') node.applyWork.push(message);
      else this.#send(node, message);
    }
    if (!this.#settings.asyncStorageWrites) raw.advance();
  }

  append(node: WorldNode): void {
    const work = node.appendWork.shift();
    if (work === undefined) return;
    this.#write(node, work);
    for (const response of work.responses) this.#send(node, response);
  }

  apply(node: WorldNode): void {
    const work = node.applyWork.shift();
    if (work === undefined || node.raw === undefined) return;
    this.#apply(node, node.raw, work.entries);
    for (const response of work.responses) this.#send(node, response);
  }

  /** Steps what the node's own storage has answered. */
  stepLocal(node: WorldNode): void {
    const message = node.local.shift();
    if (message !== undefined) node.raw?.step(message);
  }

  deliver(message: PeerMessage): void {
    if (this.#apart.includes(message.from) !== this.#apart.includes(message.to)) return;
    this.nodes[message.to - 1]?.raw?.step(message);
  }

  /** Parts the nodes at random; with an empty side, they are all together again. */
  partition(): void {
    const count = this.#draw.below(3);
    this.#apart = Array.from({ length: count }, () => this.#draw.of(this.nodes).id);
  }

  /** Some node that takes itself for the leader; else any. */
  leader(): WorldNode {
    const leaders = this.nodes.filter(({ raw }) => raw?.raft.role === 'leader');
    return this.#draw.of(leaders.length > 0 ? leaders : this.nodes);
  }

  propose(node: WorldNode): void {
    this.#proposals += 1;
    node.raw?.propose(new TextEncoder().encode(`p${this.#proposals}`));
  }

  proposeConfChange(node: WorldNode): void {
    const types = ['add-voter', 'add-voter', 'add-learner', 'remove'] as const;
    const change = (): ConfChangeSingle => ({
      type: this.#draw.of(types),
      id: 1 + this.#draw.below(this.nodes.length),
    });
    const changes = Array.from({ length: this.#draw.below(4) }, change);
    const transition = this.#draw.of(['auto', 'joint-implicit', 'joint-explicit'] as const);
    const proposed: ConfChange = { transition, changes, context: new Uint8Array() };
    node.raw?.proposeConfChange(proposed);
  }

  readIndex(node: WorldNode): void {
    if (node.raw === undefined) return;
    this.#readContexts += 1;
    node.reads.set(this.#readContexts, this.oracle.committedMax);
    node.raw.readIndex(this.#readContexts);
  }

  compact(node: WorldNode): void {
    const applied = node.raw?.status().applied ?? 0;
    const [first, last] = [node.stable.firstIndex(), Math.min(applied, node.stable.lastIndex())];
    if (last < first) return;
    const index = first + this.#draw.below(last - first + 1);
    node.stable.compact(index);
    while ((node.stable.history.at(1)?.index ?? applied) < index) node.stable.history.shift();
  }

  #send(node: WorldNode, message: Message): void {
    if (message.to === node.id) {
      node.local.push(message);
      return;
    }
    const sent = message as PeerMessage;
    this.oracle.checkSent(sent, node.stable);
    this.messages.push(sent);
  }

  #writeAndApply(node: WorldNode, raw: RawNode, ready: Ready): void {
    this.#write(node, ready);
    this.#apply(node, raw, ready.committedEntries);
  }

  #write(node: WorldNode, work: Pick<Ready, 'hardState' | 'snapshot' | 'entries'>): void {
    if (work.hardState !== undefined) node.stable.setHardState(work.hardState);
    if (work.snapshot !== undefined) {
      node.stable.install(work.snapshot);
      this.oracle.counts.snapshots += 1;
    }
    node.stable.append(work.entries);
  }

  #apply(node: WorldNode, raw: RawNode, entries: readonly Entry[]): void {
    const { history } = node.stable;
    for (const entry of entries) {
      const { index, term, type, data } = entry;
      assert.equal(index, (history.at(-1)?.index ?? 0) + 1, 'entries are applied one by one');
      let confState = history.at(-1)?.confState ?? emptyConf;
      if (type === 'conf-change') confState = raw.applyConfChange(index, decodeConfChange(data));
      history.push({ index, term, confState });
      this.oracle.checkApplied(entry, confState);
    }
  }

  /** Everything that could happen next if nothing went wrong. */
  tasks(): readonly (() => void)[] {
    const tasks: (() => void)[] = [];
    for (const node of this.nodes) {
      if (node.raw?.hasReady === true) tasks.push(() => this.ready(node));
      if (node.appendWork.length > 0) tasks.push(() => this.append(node));
      if (node.applyWork.length > 0) tasks.push(() => this.apply(node));
      if (node.local.length > 0) tasks.push(() => this.stepLocal(node));
    }
    if (this.messages.length > 0) {
      const deliverOldest = (): void => {
        const message = this.messages.shift();
        if (message !== undefined) this.deliver(message);
      };
      tasks.push(deliverOldest, deliverOldest, deliverOldest);
    }
    return tasks;
  }

  /**
   * Nothing goes wrong any more: within so many ticks there is one leader, a proposal is committed,
   * and every member of the leader's configuration applies it.
   */
  recover(ticksMax: number): void {
    this.#apart = [];
    for (const node of this.nodes) if (node.raw === undefined) this.start(node);
    for (let ticks = 0; ticks < ticksMax; ticks += 1) {
      for (const { raw } of this.nodes) raw?.tick();
      this.#settle();
      const leader = this.leader();
      const before = leader.raw?.status();
      if (before?.role !== 'leader') continue;
      this.propose(leader);
      this.#settle();
      if (this.#isAppliedByAll(leader, before.commit + 1)) return;
    }
    assert.fail(`nothing is committed within ${ticksMax} ticks of peace`);
  }

  /** Everything that can be done is done, first come first served. */
  #settle(): void {
    for (let done = 0; done < 2_000; done += 1) {
      const [task] = this.tasks();
      if (task === undefined) return;
      task();
      this.check();
    }
  }

  #isAppliedByAll(leader: WorldNode, index: number): boolean {
    const status = leader.raw?.status();
    if (status?.role !== 'leader') return false;
    const members = [...status.progress.keys()].map((id) => this.nodes[id - 1]?.raw?.status());
    return members.every((member) => (member?.applied ?? 0) >= index);
  }

  /** What must hold between any two events. */
  check(): void {
    for (const { raw } of this.nodes) if (raw !== undefined) this.oracle.checkNode(raw);
  }
}
