/**
 * The worker thread that owns the control channel. Writing to a terminal that nobody reads stops
 * the main thread for as long as that lasts: here heartbeats and reconnects go on meanwhile.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../shared/assert.ts';
import type { ControlPlace } from './control-dial.ts';
import type { CallOutcome, MessageToMain, MessageToWorker } from './control-events.ts';
import { ControlLink } from './control-link.ts';
import { ControlOutbox } from './control-outbox.ts';
import { problemOf } from './control-problem.ts';

assert(parentPort !== null, 'this program runs in a worker thread');
const port = parentPort;
const outbox = new ControlOutbox((events) => tell({ kind: 'events', events }));
const link = new ControlLink(workerData as ControlPlace, (event) => outbox.put(event));

port.on('message', (message: MessageToWorker) => take(message));
link.start();

function take(message: MessageToWorker): void {
  switch (message.kind) {
    case 'acknowledge':
      outbox.acknowledge();
      break;
    case 'call':
      void answer(message.id, link.call(message.method, message.params, message.timeoutMs));
      break;
    case 'challenge':
      void answer(message.id, link.challenge());
      break;
    case 'follow':
      link.follow(message.topics);
      break;
    case 'token':
      link.setToken(message.token);
      break;
    case 'presence':
      link.setPresence({ name: message.name, view: message.view });
      break;
    case 'stop':
      link.stop();
      outbox.stop();
      port.close();
      break;
  }
}

async function answer(id: number, result: Promise<unknown>): Promise<void> {
  let outcome: CallOutcome;
  try {
    outcome = { ok: true, result: await result };
  } catch (error) {
    outcome = { ok: false, problem: problemOf(error) };
  }
  tell({ kind: 'answer', id, outcome });
}

function tell(message: MessageToMain): void {
  port.postMessage(message);
}
