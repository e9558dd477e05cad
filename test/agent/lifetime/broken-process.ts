/** Program of unexpected.test.ts: breaks a promise of its own on one of its threads. */
import { isMainThread, Worker } from 'node:worker_threads';
import { fatal } from '../../../agent/lifetime/fatal.ts';
import { endOnTheUnexpected } from '../../../agent/lifetime/unexpected.ts';
import { makeLog } from '../../../agent/telemetry/log.ts';

const [, , where, how] = process.argv;
const log = makeLog({ level: 'info', nodeId: 'n', descriptor: 2 });
endOnTheUnexpected(log);

function fail(): void {
  const error = new Error('a text with hvs.secret in it');
  if (how === 'throws') throw error;
  if (how === 'rejects') void Promise.reject(error);
  else fatal(log, new Error('the disk says stop'));
}

// What is still to be done keeps neither thread from ending at once.
setInterval(() => undefined, 1_000);
if ((where === 'main') === isMainThread) setTimeout(fail, 20);
else if (isMainThread) {
  // With listeners, as the agent has them: the worker's own end comes first.
  const worker = new Worker(new URL(import.meta.url), { argv: process.argv.slice(2) });
  worker.on('error', () => undefined);
}
