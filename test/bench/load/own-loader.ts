/**
 * The load generator where wrk is not installed: keep-alive connections on raw sockets in a thread
 * of its own, one request at a time on each. It does what wrk does, at two to three times the CPU
 * time for each request: where the server is faster than that, it is the loader that is measured.
 */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Measured } from './measured.ts';
import type { RawLoad } from './raw-load.ts';

const program = new URL(`own-loader-worker${extname(import.meta.filename)}`, import.meta.url);

/** Rejects where nobody answers, and on answers that are no HTTP. */
export async function measureHere(load: RawLoad): Promise<Measured> {
  const worker = new Worker(program, { workerData: load });
  try {
    return await new Promise<Measured>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  } finally {
    await worker.terminate();
  }
}
