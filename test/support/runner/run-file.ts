/**
 * Runs one test file in a process group of its own, so that a file that hangs can be ended together
 * with every agent it started. Node's own `run()` gives a file no time limit: its `timeout` is one
 * for each test, and a handle left open after the last test would hang the whole run.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { recordDescriptor, type TestRecord } from './record.ts';

/** One test. */
const testTimeMsMax = 120_000;
/** One file: start, all its tests, and the end of its process. */
const fileTimeMsMax = 300_000;
/** What a file may print before the rest is dropped. */
const outputBytesMax = 256 * 1024;

export interface FileOutcome {
  readonly file: string;
  readonly records: readonly TestRecord[];
  /** Why the file failed as a whole; undefined when its process ended as it should. */
  readonly problem: string | undefined;
  /** Everything it printed on stdout and stderr, in order. */
  readonly output: string;
  readonly durationMs: number;
}

/** Runs a file (`program` is what Node is given: the file itself or its compiled form). */
export async function runFile(file: string, program: string, cwd: string): Promise<FileOutcome> {
  const startMs = performance.now();
  const child = spawn(process.execPath, [...nodeArguments(), program], {
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const endGroup = (): void => killGroup(child);
  process.once('exit', endGroup);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    endGroup();
  }, fileTimeMsMax);
  const [records, output, [code, signal]] = await Promise.all([
    readRecords(child.stdio[recordDescriptor] as Readable),
    readOutput(child),
    once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  clearTimeout(timer);
  process.removeListener('exit', endGroup);
  killGroup(child);
  const problem = problemOf({ records, code, signal, timedOut });
  return { file, records, problem, output, durationMs: performance.now() - startMs };
}

function nodeArguments(): string[] {
  const reporter = fileURLToPath(new URL('child-reporter.ts', import.meta.url));
  return [`--test-reporter=${reporter}`, `--test-timeout=${testTimeMsMax}`];
}

interface ProcessEnd {
  readonly records: readonly TestRecord[];
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly timedOut: boolean;
}

function problemOf({ records, code, signal, timedOut }: ProcessEnd): string | undefined {
  const reachedEnd = records.some((record) => record.kind === 'end');
  if (timedOut) {
    return reachedEnd
      ? 'its process did not end after its tests: a timer, socket or child is left open'
      : `it ran longer than ${fileTimeMsMax / 1000} s`;
  }
  if (signal !== null) return `its process was ended by ${signal}`;
  const anyFailed = records.some((record) => record.kind === 'fail');
  if (code !== 0 && !anyFailed) return `its process ended with exit code ${code}`;
  if (!reachedEnd) return 'its process ended before its tests did';
  const anyTest = records.some((record) => record.kind !== 'end');
  return anyTest ? undefined : 'it holds no test';
}

async function readRecords(stream: Readable): Promise<TestRecord[]> {
  const records: TestRecord[] = [];
  for await (const line of createInterface({ input: stream })) {
    records.push(JSON.parse(line) as TestRecord);
  }
  return records;
}

async function readOutput(child: ChildProcess): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const keep = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes <= outputBytesMax) chunks.push(chunk);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  await once(child, 'close');
  const dropped = bytes > outputBytesMax ? '\n(the rest of the output was dropped)\n' : '';
  return Buffer.concat(chunks).toString() + dropped;
}

/** Ends what is left of the file's process group; it is fine when nothing is. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
