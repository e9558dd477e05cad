/** Program of a thread of linearizable.test.ts: reads and commits as fast as it can. */
import assert from 'node:assert/strict';
import { parentPort, workerData } from 'node:worker_threads';
import { hostClock } from '../../../agent/lifetime/host-clock.ts';
import { RemoteStore } from '../../../agent/threads/remote-store.ts';
import type { Stamp } from '../../../src/ports/store.ts';
import { ledgerCells, type RacerData, type RacerTold } from './racer-protocol.ts';

assert.ok(parentPort !== null, 'this program runs in a thread');
const port = parentPort;
const { connection, ledger, number, rounds } = workerData as RacerData;
const cells = new BigInt64Array(ledger);
const store = new RemoteStore({ connection, clock: hostClock });
const faults: string[] = [];
let readsAtOnce = 0;

function load(cell: number): number {
  return Number(Atomics.load(cells, cell));
}

/** Cells only grow, whoever is faster. */
function raise(cell: number, value: number): void {
  for (;;) {
    const before = Atomics.load(cells, cell);
    if (before >= BigInt(value)) return;
    if (Atomics.compareExchange(cells, cell, before, BigInt(value)) === before) return;
  }
}

/** Makes a call, which must not be older than what anybody had been answered before. */
async function judged<Answer extends Stamp>(make: () => Promise<Answer>): Promise<Answer> {
  const revision = load(ledgerCells.revision);
  const timeMs = load(ledgerCells.timeMs);
  const answer = await make();
  if (answer.revision < revision) faults.push(`${answer.revision} after ${revision}`);
  if (answer.clusterTimeMs < timeMs) faults.push(`${answer.clusterTimeMs} at ${timeMs}`);
  raise(ledgerCells.revision, answer.revision);
  raise(ledgerCells.timeMs, answer.clusterTimeMs);
  return answer;
}

async function read(key: string): Promise<void> {
  let wasTurn = false;
  const mark = setImmediate(() => {
    wasTurn = true;
  });
  const { results } = await judged(() => store.get([{ key }]));
  clearImmediate(mark);
  if (!wasTurn) readsAtOnce += 1;
  if (results[0]?.kind === 'unchanged') faults.push('nothing was said to be known');
}

async function write(key: string): Promise<void> {
  const value = Uint8Array.of(number);
  const then = [{ kind: 'put', key, value }] as const;
  const { revision } = await judged(() => store.commit({ compare: [], then, else: [] }));
  const { results } = await judged(() => store.get([{ key }]));
  const [result] = results;
  if (result?.kind !== 'entry') faults.push('what was written is not there');
  else if (result.entry.modRevision < revision) faults.push('an own write is not seen');
}

for (let round = 0; round < rounds; round += 1) {
  // Now and then a breath, so that the others are heard; most reads have none.
  if (round % 16 === 0) await new Promise<void>((resolve) => setImmediate(resolve));
  if ((round + number) % 8 === 0) await write(`k${round % 5}`);
  else await read(`k${round % 5}`);
}
await store.close();
const told: RacerTold = { faults: faults.slice(0, 10), readsAtOnce };
port.postMessage(told);
