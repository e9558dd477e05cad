/** Offers a load from a thread of its own, so that whoever else measures is not held up by it. */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { OpenLoad, OpenResult } from './open-loop.ts';

const program = new URL(`open-loop-worker${extname(import.meta.filename)}`, import.meta.url);

export async function offered(load: OpenLoad): Promise<OpenResult> {
  const worker = new Worker(program, { workerData: load });
  try {
    return await new Promise<OpenResult>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  } finally {
    await worker.terminate();
  }
}
