/**
 * A verification of an audit log in a thread of its own: the main thread stays free for keys, and a
 * large log may take minutes. Stopping it ends the thread.
 */
import { Worker } from 'node:worker_threads';
import type { VerifyReport } from '../../shared/audit/report.ts';
import { auditReadLinesMax } from '../../shared/control/limits.ts';
import type { ResultOf } from '../../shared/control/methods.ts';
import type { MessageFromVerifier, MessageToVerifier, VerifyJob } from './audit-verify-jobs.ts';
import type { ControlProblem } from './control-problem.ts';
import { workerFile } from './worker-file.ts';

export type VerificationEnd =
  | { readonly ok: true; readonly report: VerifyReport }
  | { readonly ok: false; readonly problem: ControlProblem };

/** `total` counts what `done` counts: records of a node, bytes of files. */
export type OnProgress = (progress: {
  readonly done: number;
  readonly total: number;
  readonly records: number;
}) => void;

type Page =
  | { readonly ok: true; readonly result: ResultOf<'audit.read'> }
  | { readonly ok: false; readonly problem: ControlProblem };

export interface VerificationHooks {
  readonly onProgress: OnProgress;
  /** Stops the work; its end is then a problem that says so. */
  readonly signal: AbortSignal;
}

/** Asks the node for a page of its raw lines. */
export type ReadPage = (from: number, lines: number) => Promise<Page>;

const stopped: ControlProblem = {
  code: 'console.stopped',
  status: 499,
  message: 'the verification was stopped',
};

/** Verifies files of this host. */
export async function verifyFilesApart(
  paths: readonly string[],
  { onProgress, signal }: VerificationHooks,
): Promise<VerificationEnd> {
  return apart({ kind: 'files', paths }, signal, async (verifier) => {
    for (;;) {
      const message = await verifier.next();
      if (message.kind !== 'progress') return endOf(message);
      onProgress(message);
    }
  });
}

/**
 * Verifies the log of a node as its agent gives it, from the oldest record to the newest of the
 * moment it began: reading is recorded, too, so there is always one more. Throws what `readPage`
 * throws.
 */
export async function verifyNodeApart(
  node: string,
  readPage: ReadPage,
  { onProgress, signal }: VerificationHooks,
): Promise<VerificationEnd> {
  return apart({ kind: 'stream', name: node }, signal, async (verifier) => {
    let from = 0;
    let end: number | undefined;
    while (end === undefined || from < end) {
      const page = await readPage(from, auditReadLinesMax);
      if (!page.ok) return page;
      const { lines, next } = page.result;
      end ??= page.result.end;
      if (lines.length === 0 || next <= from) break;
      from = next;
      verifier.tell({ kind: 'lines', lines });
      const message = await verifier.next();
      if (message.kind !== 'taken') return endOf(message);
      onProgress({ done: Math.min(next, end), total: end, records: message.records });
      if (message.failed) break;
    }
    verifier.tell({ kind: 'end' });
    return endOf(await verifier.next());
  });
}

/** The thread ends with the work, however that ends. */
async function apart(
  job: VerifyJob,
  signal: AbortSignal,
  work: (verifier: VerifierThread) => Promise<VerificationEnd>,
): Promise<VerificationEnd> {
  const verifier = new VerifierThread(job, signal);
  try {
    return await work(verifier);
  } finally {
    await verifier.close();
  }
}

function endOf(message: MessageFromVerifier): VerificationEnd {
  if (message.kind === 'report') return { ok: true, report: message.report };
  return { ok: false, problem: message.kind === 'failed' ? message.problem : fault };
}

class VerifierThread {
  readonly #worker: Worker;
  readonly #signal: AbortSignal;
  readonly #messages: MessageFromVerifier[] = [];
  #wake: () => void = () => undefined;
  #isOver = false;
  readonly #onAbort = (): void => this.#end();

  constructor(job: VerifyJob, signal: AbortSignal) {
    this.#signal = signal;
    this.#worker = new Worker(workerFile('audit-verify-worker'), { workerData: job });
    this.#worker.on('message', (message: MessageFromVerifier) => {
      this.#messages.push(message);
      this.#wake();
    });
    // An error of the thread ends it: its exit is what is waited for.
    this.#worker.on('error', () => this.#end());
    this.#worker.on('exit', () => this.#end());
    signal.addEventListener('abort', this.#onAbort);
  }

  tell(message: MessageToVerifier): void {
    this.#worker.postMessage(message, []);
  }

  /** The next message; the end of the thread is one, too. */
  async next(): Promise<MessageFromVerifier> {
    for (;;) {
      const message = this.#messages.shift();
      if (this.#signal.aborted) return { kind: 'failed', problem: stopped };
      if (message !== undefined) return message;
      if (this.#isOver) return { kind: 'failed', problem: fault };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async close(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#onAbort);
    await this.#worker.terminate();
  }

  #end(): void {
    this.#isOver = true;
    this.#wake();
  }
}

const fault: ControlProblem = {
  code: 'console.fault',
  status: 500,
  message: 'the verifying thread ended by itself; please report this',
};
