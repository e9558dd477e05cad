/**
 * A few nodes with their disks and state machines, and the messages between them, moved by hand:
 * the environment of interaction tests. Nothing happens but what a command asks for.
 */
import assert from 'node:assert/strict';
import { decodeConfChange } from '../../../src/raft/conf-change-codec.ts';
import type { Message, MsgStorageAppend, MsgStorageApply } from '../../../src/raft/messages.ts';
import type { RaftOptions, RaftSizes, RaftSwitches } from '../../../src/raft/options.ts';
import { RawNode } from '../../../src/raft/raw-node.ts';
import { appendThread, applyThread, type Ready } from '../../../src/raft/ready.ts';
import { emptyConf } from '../../../src/raft/tracker.ts';
import type { Entry, HardState, NodeId, Refusal, Snapshot } from '../../../src/raft/types.ts';
import { type MemoryLog } from './memory-log.ts';
import { Output } from './output.ts';
import { renderEvent } from './render-event.ts';
import { renderMessage, renderReady } from './render.ts';

export interface ClusterNode {
  readonly id: NodeId;
  readonly stable: MemoryLog;
  readonly switches: RaftSwitches & RaftSizes;
  /** Undefined while it is crashed. */
  raw: RawNode | undefined;
  appendWork: MsgStorageAppend[];
  applyWork: MsgStorageApply[];
}

export class Cluster {
  readonly output = new Output();
  readonly nodes: ClusterNode[] = [];
  /** On their way, in the order in which they were sent. */
  messages: Message[] = [];
  /** Nodes on one side of a partition: what crosses it is dropped when it is delivered. */
  apart: readonly NodeId[] = [];

  /** Adds a node; its id is the next one. */
  add(switches: RaftSwitches & RaftSizes, stable: MemoryLog): void {
    const id = this.nodes.length + 1;
    const node: ClusterNode = {
      id,
      stable,
      switches,
      raw: undefined,
      appendWork: [],
      applyWork: [],
    };
    this.nodes.push(node);
    this.start(id);
  }

  /** Starts a node from what its disk and its state machine hold. */
  start(id: NodeId): void {
    const node = this.node(id);
    const options: RaftOptions = {
      ...node.switches,
      id,
      stableLog: node.stable,
      applied: node.stable.snapshot()?.index ?? 0,
      draw: () => 0,
      emit: (event) => this.output.log(renderEvent(id, event)),
    };
    node.raw = new RawNode(options);
  }

  /** What the node was doing, and had not written, is gone. */
  crash(id: NodeId): void {
    const node = this.node(id);
    node.raw = undefined;
    node.appendWork = [];
    node.applyWork = [];
    this.messages = this.messages.filter(({ from, to }) => !(to === id && isLocal({ from, to })));
  }

  node(id: NodeId): ClusterNode {
    const node = this.nodes[id - 1];
    assert.ok(node !== undefined, `there is a node ${id}`);
    return node;
  }

  raw(id: NodeId): RawNode {
    const { raw } = this.node(id);
    assert.ok(raw !== undefined, `node ${id} is running`);
    return raw;
  }

  /** Handles one Ready. */
  processReady(id: NodeId): void {
    const node = this.node(id);
    const raw = this.raw(id);
    const ready = raw.ready();
    this.output.write(renderReady(ready));
    if (!node.switches.asyncStorageWrites) this.#writeAndApply(node, ready);
    for (const message of ready.messages) {
      if (message.type === 'MsgStorageAppend') node.appendWork.push(message);
      else if (message.type === 'MsgStorageApply') node.applyWork.push(message);
      else this.messages.push(message);
    }
    if (!node.switches.asyncStorageWrites) raw.advance();
  }

  /** Does one piece of the disk's work. */
  processAppendThread(id: NodeId): void {
    const node = this.node(id);
    const work = node.appendWork.shift();
    if (work === undefined) return this.output.write('no append work to perform');
    this.#printWork({ ...work, responses: [] });
    write(node.stable, work);
    this.#respond(work.responses);
  }

  /** Does one piece of the state machine's work. */
  processApplyThread(id: NodeId): void {
    const node = this.node(id);
    const work = node.applyWork.shift();
    if (work === undefined) return this.output.write('no apply work to perform');
    this.#printWork({ ...work, responses: [] });
    this.#apply(node, work.entries);
    this.#respond(work.responses);
  }

  /** Delivers, or drops, what is on its way to the node; gives how many messages. */
  deliver(to: NodeId, type: string | undefined, isDropped: boolean): number {
    const isMeant = (message: Message): boolean =>
      message.to === to &&
      !(isDropped && isLocal(message)) &&
      (type === undefined || message.type === type);
    const meant = this.messages.filter(isMeant);
    this.messages = this.messages.filter((message) => !isMeant(message));
    for (const message of meant) {
      const isLost = isDropped || this.#isCutOff(message);
      this.output.write(`${isLost ? 'dropped: ' : ''}${renderMessage(message)}\n`);
      if (!isLost) this.#step(to, message);
    }
    return meant.length;
  }

  #isCutOff(message: Message): boolean {
    const isApart = (id: NodeId): boolean => this.apart.includes(id);
    return !isLocal(message) && isApart(message.from) !== isApart(message.to);
  }

  #step(to: NodeId, message: Message): void {
    const refusal = this.node(to).raw?.step(message);
    if (refusal !== undefined) this.output.write(`${refusalText(refusal)}\n`);
  }

  #writeAndApply(node: ClusterNode, ready: Ready): void {
    write(node.stable, ready);
    this.#apply(node, ready.committedEntries);
  }

  #apply(node: ClusterNode, entries: readonly Entry[]): void {
    const { history } = node.stable;
    for (const { index, term, type, data } of entries) {
      let confState = history.at(-1)?.confState ?? emptyConf;
      if (type === 'conf-change') {
        confState = this.raw(node.id).applyConfChange(index, decodeConfChange(data));
      }
      history.push({ index, term, confState });
    }
  }

  #printWork(work: Message): void {
    this.output.write(`Processing:\n${renderMessage(work)}\n`);
  }

  #respond(responses: readonly Message[]): void {
    const lines = responses.map((response) => `${renderMessage(response)}\n`);
    this.output.write(`Responses:\n${lines.join('')}`);
    this.messages.push(...responses);
  }
}

/** How etcd names a refusal. */
export function refusalText(refusal: Refusal): string {
  return refusal === 'unknown-peer'
    ? 'raft: cannot step as peer not found'
    : 'raft proposal dropped';
}

function write(
  stable: MemoryLog,
  work: {
    readonly hardState: HardState | undefined;
    readonly snapshot: Snapshot | undefined;
    readonly entries: readonly Entry[];
  },
): void {
  if (work.hardState !== undefined) stable.setHardState(work.hardState);
  if (work.snapshot !== undefined) stable.install(work.snapshot);
  stable.append(work.entries);
}

function isLocal({ from, to }: { readonly from: NodeId; readonly to: NodeId }): boolean {
  const threads = [appendThread, applyThread];
  return from === to || threads.includes(from) || threads.includes(to);
}
