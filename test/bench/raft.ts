/**
 * Prints what the bare Raft core can do: three nodes, storage in memory, no links and no disks.
 * Run: node test/bench/raft.ts
 */
import type { Message } from '../../src/raft/messages.ts';
import { productionSizes, productionSwitches } from '../../src/raft/options.ts';
import { RawNode } from '../../src/raft/raw-node.ts';
import { emptyConf } from '../../src/raft/tracker.ts';
import { MemoryLog } from '../conformance/raft/memory-log.ts';

const proposalsOfRow = 40_000;
const payloadBytes = 256;

const confState = { ...emptyConf, voters: [1, 2, 3] };
const logs = confState.voters.map(() => {
  const log = new MemoryLog();
  log.install({ index: 2, term: 1, confState });
  log.setHardState({ term: 1, vote: 0, commit: 2 });
  return log;
});
const nodes = logs.map(
  (stableLog, position) =>
    new RawNode({
      ...productionSizes,
      ...productionSwitches,
      id: position + 1,
      stableLog,
      applied: 2,
      draw: () => 0,
      emit: () => {},
    }),
);
const [leader] = nodes;
if (leader === undefined) throw new Error('there are nodes');
let messages = 0;

leader.campaign();
settle();
for (const together of [1, 16, 128]) printRow(leader, together);

function printRow(node: RawNode, together: number): void {
  messages = 0;
  const startMs = performance.now();
  const payloads = Array.from({ length: together }, () => new Uint8Array(payloadBytes));
  for (let count = 0; count < proposalsOfRow; count += together) {
    const refusal = node.propose(...payloads);
    if (refusal !== undefined) throw new Error(refusal);
    settle();
  }
  const seconds = (performance.now() - startMs) / 1_000;
  const rate = Math.round(proposalsOfRow / seconds).toLocaleString('en');
  const messageRate = Math.round(messages / seconds).toLocaleString('en');
  console.log(`${together} together: ${rate} proposals/s, ${messageRate} messages/s`);
}

/** Everything that can be done is done. */
function settle(): void {
  let queue: readonly Message[] = [];
  do {
    queue = nodes.flatMap((node, position) => (node.hasReady ? work(node, logs[position]) : []));
    messages += queue.length;
    for (const message of queue) nodes[message.to - 1]?.step(message);
  } while (queue.length > 0);
}

function work(node: RawNode, log: MemoryLog | undefined): readonly Message[] {
  return node.ready().messages.flatMap((message): readonly Message[] => {
    if (message.type === 'MsgStorageApply') return message.responses;
    if (message.type !== 'MsgStorageAppend') return [message];
    if (message.hardState !== undefined) log?.setHardState(message.hardState);
    log?.append(message.entries);
    return message.responses;
  });
}
