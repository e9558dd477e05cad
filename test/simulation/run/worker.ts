/** A thread that runs seeds: one task after the other, each answered by its result. */
import assert from 'node:assert/strict';
import { parentPort } from 'node:worker_threads';
import type { Task } from './messages.ts';
import { runSeeds } from './run-seeds.ts';

assert.ok(parentPort !== null, 'this is a worker thread');
const port = parentPort;
port.on('message', (task: Task) => {
  port.postMessage(runSeeds(task));
});
