/**
 * Program of a thread that stands in for the request thread: it answers pings, and does what its
 * data says: is refused an add-on, ends, or blocks on an order until it is woken.
 */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadOrder, ThreadWord } from '../../../agent/threads/thread-messages.ts';

export interface StandInData {
  readonly begin: 'listen' | 'refuse' | 'load-add-on' | 'throw' | 'end';
  /** Where a reload blocks until it is notified. */
  readonly wake: Int32Array;
}

const { begin, wake } = workerData as StandInData;

assert.ok(parentPort !== null, 'this program runs in a thread');
const port = parentPort;

function say(word: ThreadWord): void {
  port.postMessage(word);
}

function listening(): ThreadWord {
  const agent = { addresses: [], authorityPath: undefined, initialised: true, sealed: true };
  return { kind: 'listening', agent };
}

function start(): void {
  switch (begin) {
    case 'listen':
      return say(listening());
    case 'refuse':
      return say({
        kind: 'failed',
        failure: { code: 'listener.port-busy', parameters: { address: 'here' } },
      });
    case 'load-add-on':
      createRequire(import.meta.url)('sqlite3');
      return say(listening());
    case 'throw':
      throw new Error('nobody expected this');
    case 'end':
      process.exit(0);
  }
}

port.on('message', (order: ThreadOrder) => {
  if (order.kind === 'ping') say({ kind: 'pong' });
  else if (order.kind === 'begin') start();
  else if (order.kind === 'stop') say({ kind: 'stopped' });
  else {
    Atomics.wait(wake, 0, 0);
    say({ kind: 'reloaded' });
  }
});
