/** The thread of the open loop: offers one load, tells what came of it, and is done. */
import assert from 'node:assert/strict';
import { parentPort, workerData } from 'node:worker_threads';
import { offer, type OpenLoad } from './open-loop.ts';

assert.ok(parentPort !== null, 'this program runs in a worker thread');
const port = parentPort;
port.postMessage(await offer(workerData as OpenLoad));
