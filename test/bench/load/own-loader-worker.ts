/** The thread of the own loader: runs one load, tells its figures, and is done. */
import assert from 'node:assert/strict';
import { parentPort, workerData } from 'node:worker_threads';
import { runLoad } from './closed-loop.ts';
import type { RawLoad } from './raw-load.ts';

assert.ok(parentPort !== null, 'this program runs in a worker thread');
const port = parentPort;
port.postMessage(await runLoad(workerData as RawLoad));
