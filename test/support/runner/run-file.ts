/**
 * Runs one test file in a process group of its own, so that a file that hangs can be ended together
 * with every agent it started. Node's own `run()` gives a file no time limit: its `timeout` is one
 * for each test, and a handle left open after the last test would hang the whole run.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { killGroup, leftovers } from './process-group.ts';
import { recordDescriptor, type TestRecord } from './record.ts';

export interface TimeLimits {
  /** One test. */
  readonly testMsMax: number;
  /** One file: start, all its tests, and the end of its process. */
  readonly fileMsMax: number;
}

const timeLimits: TimeLimits = { testMsMax: 120_000, fileMsMax: 300_000 };
/** What a file may print before the rest is dropped. */
const outputBytesMax = 262_144;

export interface FileOutcome {
  readonly file: string;
  readonly records: readonly TestRecord[];
  /** Why the file failed as a whole; undefined when its process ended as it should. */
  readonly problem: string | undefined;
  /** Everything it printed on stdout and stderr, in order. */
  readonly output: string;
  readonly durationMs: number;
}

export interface TestProgram {
  /** The test file as people know it. */
  readonly file: string;
  /** What Node is given: the file itself, or its compiled form. */
  readonly program: string;
  /** The folder it runs in. */
  readonly folder: string;
}

/** Runs a file to its end, or to its time limit; nothing it started is left running. */
export async function runFile(
  { file, program, folder }: TestProgram,
  limits: TimeLimits = timeLimits,
): Promise<FileOutcome> {
  const startMs = performance.now();
  const child = spawn(process.execPath, [...nodeArguments(limits), program], {
    cwd: folder,
    env: testEnvironment(file),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const [end, records, output] = await Promise.all([
    processEnd(child, limits),
    readRecords(child),
    readOutput(child),
  ]);
  const problem = problemOf(records, end, limits);
  return { file, records, problem, output, durationMs: performance.now() - startMs };
}

function nodeArguments({ testMsMax }: TimeLimits): string[] {
  const reporter = fileURLToPath(new URL('child-reporter.ts', import.meta.url));
  return [`--test-reporter=${reporter}`, `--test-timeout=${testMsMax}`];
}

/**
 * What a developer's shell says about their own servers and tokens must not reach a test; what
 * makes a test longer (STRONGBOX_TEST_*) does. Tests of components see colours and bold, whatever
 * the runner's own output is: Ink asks once, on import.
 */
function testEnvironment(file: string): NodeJS.ProcessEnv {
  const isOurs = (name: string): boolean => /^(?:BAO_|STRONGBOX_(?!TEST_)|VAULT_)/.test(name);
  const kept = Object.entries(process.env).filter(([name]) => !isOurs(name));
  if (!file.endsWith('.tsx')) return Object.fromEntries(kept);
  const { NO_COLOR: _, ...environment } = Object.fromEntries(kept);
  return { ...environment, FORCE_COLOR: '3' };
}

interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly timedOut: boolean;
  readonly leftBehind: readonly string[];
}

/** Waits for the end; the group is gone afterwards, so that the pipes it holds close too. */
async function processEnd(child: ChildProcess, { fileMsMax }: TimeLimits): Promise<ProcessEnd> {
  const { pid } = child;
  if (pid === undefined) throw new Error('the test process could not be started');
  const endGroup = (): void => killGroup(pid);
  process.once('exit', endGroup);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    endGroup();
  }, fileMsMax);
  await once(child, 'exit');
  clearTimeout(timer);
  process.removeListener('exit', endGroup);
  const leftBehind = await leftovers(pid);
  endGroup();
  return { code: child.exitCode, signal: child.signalCode, timedOut, leftBehind };
}

function problemOf(
  records: readonly TestRecord[],
  { code, signal, timedOut, leftBehind }: ProcessEnd,
  { fileMsMax }: TimeLimits,
): string | undefined {
  const has = (kind: TestRecord['kind']): boolean => records.some((record) => record.kind === kind);
  if (timedOut) {
    const seconds = fileMsMax / 1000;
    return `it ran longer than ${seconds} s: a test hangs, or a timer, socket or child stays open`;
  }
  if (signal !== null) return `its process was ended by ${signal}`;
  if (code !== 0 && !has('fail')) return `its process ended with exit code ${code}`;
  if (records.length === 0) return 'it holds no test, or ends before the first result';
  if (!has('end')) return 'its process ended before its tests did';
  if (leftBehind.length > 0) return `it left processes behind: ${leftBehind.join(', ')}`;
  return undefined;
}

async function readRecords(child: ChildProcess): Promise<readonly TestRecord[]> {
  const stream = child.stdio[recordDescriptor];
  if (!(stream instanceof Readable)) throw new Error('the test process has no record stream');
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
