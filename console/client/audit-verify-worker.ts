/**
 * The thread that verifies an audit log for the console: files of this host, or lines that the
 * main thread streams from a node. The agent is not asked for its opinion: one that checks its own
 * log proves nothing.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../shared/assert.ts';
import { LogVerifier } from '../../shared/audit/verify.ts';
import { utf8Encode } from '../../shared/encoding/utf8.ts';
import { cryptoOf, verifyAuditFiles } from './audit-verify.ts';
import type { MessageFromVerifier, MessageToVerifier, VerifyJob } from './audit-verify-jobs.ts';
import { problemOf } from './control-problem.ts';

/** The newest progress is told so often. */
const progressIntervalMs = 100;

assert(parentPort !== null, 'this program runs in a worker thread');
const port = parentPort;
const job = workerData as VerifyJob;

if (job.kind === 'files') void verifyFiles(job.paths);
else verifyStream(job.name);

async function verifyFiles(paths: readonly string[]): Promise<void> {
  let toldAtMs = 0;
  try {
    const report = await verifyAuditFiles(paths, {
      onProgress: ({ bytes, bytesTotal, records }) => {
        if (performance.now() - toldAtMs < progressIntervalMs) return;
        toldAtMs = performance.now();
        tell({ kind: 'progress', done: bytes, total: bytesTotal, records });
      },
    });
    tell({ kind: 'report', report });
  } catch (error) {
    tell({ kind: 'failed', problem: problemOf(error) });
  }
}

function verifyStream(name: string): void {
  const empty = new Uint8Array();
  const verifier = new LogVerifier([{ name, head: empty, tail: empty }], {
    crypto: cryptoOf(undefined),
  });
  verifier.begin(0);
  port.on('message', (message: MessageToVerifier) => {
    if (message.kind === 'lines') {
      for (const line of message.lines) verifier.feed(utf8Encode(`${line}\n`));
      tell({ kind: 'taken', records: verifier.records, failed: verifier.failed });
      return;
    }
    verifier.end();
    tell({ kind: 'report', report: verifier.finish() });
    port.close();
  });
}

function tell(message: MessageFromVerifier): void {
  port.postMessage(message);
}
