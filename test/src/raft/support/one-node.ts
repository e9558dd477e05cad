/** One core alone, with stable storage in memory: the test plays everyone else. */
import type { RaftEvent } from '../../../../src/raft/events.ts';
import type { Message } from '../../../../src/raft/messages.ts';
import {
  productionSizes,
  productionSwitches,
  type RaftSizes,
  type RaftSwitches,
} from '../../../../src/raft/options.ts';
import { RawNode } from '../../../../src/raft/raw-node.ts';
import type { Ready } from '../../../../src/raft/ready.ts';
import { emptyConf } from '../../../../src/raft/tracker.ts';
import type { ConfState, HardState } from '../../../../src/raft/types.ts';
import { MemoryLog } from '../../../conformance/raft/memory-log.ts';

export const threeVoters: ConfState = { ...emptyConf, voters: [1, 2, 3] };

export interface OneNode {
  readonly raw: RawNode;
  readonly stable: MemoryLog;
  readonly events: RaftEvent[];
}

/** Node 1, in production's combination, at index 2 of term 1. */
export function oneNode(
  conf: ConfState = threeVoters,
  change: Partial<RaftSwitches & RaftSizes> = {},
  hardState: HardState = { term: 1, vote: 0, commit: 2 },
): OneNode {
  const stable = new MemoryLog();
  stable.install({ index: 2, term: 1, confState: conf });
  stable.setHardState(hardState);
  return { ...startOn(stable, change), stable };
}

/** Starts node 1 on storage that is there already. */
export function startOn(
  stable: MemoryLog,
  change: Partial<RaftSwitches & RaftSizes> = {},
): Omit<OneNode, 'stable'> {
  const events: RaftEvent[] = [];
  const raw = new RawNode({
    ...productionSizes,
    ...productionSwitches,
    ...change,
    id: 1,
    stableLog: stable,
    applied: stable.snapshot()?.index ?? 0,
    draw: () => 0,
    emit: (event) => events.push(event),
  });
  return { raw, events };
}

/** Takes one Ready and does its work at once; gives it, and what left the node. */
export function work({ raw, stable }: OneNode): { ready: Ready; sent: readonly Message[] } {
  const ready = raw.ready();
  const sent: Message[] = [];
  const respond = (responses: readonly Message[]): void => {
    for (const response of responses) {
      if (response.to === 1) raw.step(response);
      else sent.push(response);
    }
  };
  for (const message of ready.messages) {
    if (message.type === 'MsgStorageAppend') {
      if (message.hardState !== undefined) stable.setHardState(message.hardState);
      if (message.snapshot !== undefined) stable.install(message.snapshot);
      stable.append(message.entries);
      respond(message.responses);
    } else if (message.type === 'MsgStorageApply') {
      const confState = stable.snapshot()?.confState ?? emptyConf;
      for (const { index, term } of message.entries) {
        stable.history.push({ index, term, confState });
      }
      respond(message.responses);
    } else sent.push(message);
  }
  return { ready, sent };
}

/** Works until nothing is left; gives what left the node, in order. */
export function workAll(node: OneNode): readonly Message[] {
  const sent: Message[] = [];
  while (node.raw.hasReady) sent.push(...work(node).sent);
  return sent;
}

/** Makes node 1 the leader of the next term, with the vote of node 2. */
export function elect(node: OneNode): void {
  const term = node.raw.status().term + 1;
  const committed = { term: 1, index: 2 };
  node.raw.campaign();
  workAll(node);
  const answer = { from: 2, to: 1, term, reject: false, committed };
  if (node.raw.status().role === 'pre-candidate') {
    node.raw.step({ type: 'MsgPreVoteResp', ...answer });
    workAll(node);
  }
  node.raw.step({ type: 'MsgVoteResp', ...answer });
  workAll(node);
}

/** Node 2 acknowledges everything that node 1, the leader, has. */
export function acknowledge(node: OneNode, from = 2): void {
  const { term } = node.raw.status();
  const index = node.raw.raft.log.lastIndex();
  const accepted = { reject: false, rejectHint: 0, logTerm: 0 };
  node.raw.step({ type: 'MsgAppResp', from, to: 1, term, index, ...accepted });
}

/** The messages of one type. */
export function only<Type extends Message['type']>(
  messages: readonly Message[],
  type: Type,
): readonly Extract<Message, { type: Type }>[] {
  return messages.filter((message) => message.type === type) as Extract<Message, { type: Type }>[];
}
