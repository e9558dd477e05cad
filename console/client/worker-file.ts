/**
 * Where a worker thread's program lies: beside this module, whether that is a source file, the
 * compiler's output, or the bundle that holds it (which has its workers in the same folder).
 */
export type WorkerName = 'control-worker' | 'audit-verify-worker';

export function workerFile(name: WorkerName): URL {
  const extension = /\.(?:ts|mjs|js)$/u.exec(import.meta.url)?.[0] ?? '.js';
  return new URL(`./${name}${extension}`, import.meta.url);
}
