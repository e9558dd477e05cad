/**
 * Starts the program that reads secrets (main.ts) and waits for what it hands over. The terminal is
 * the program's meanwhile; when the program cannot put it back itself, that is done here.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { extname } from 'node:path';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { assert } from '../../shared/assert.ts';
import { failure } from '../../shared/errors/failure.ts';
import { type EntryAnswer, EntryAnswers } from './entry-answers.ts';
import { entryEndMs } from './limits.ts';
import type {
  FoundedBoxes,
  SecretEntryJob,
  SecretEntryKind,
  SecretEntryResult,
} from './protocol.ts';
import { leaveScreen } from './screen.ts';

export interface SecretEntryIo {
  /** The program's file; else main beside this one. */
  readonly program?: string;
  /** For `show-shares`: founds the cluster with its secrets sealed to that public key. */
  readonly found?: (receiver: string) => Promise<FoundedBoxes>;
  /** Ends the program; the result is cancelled with `ended`. */
  readonly signal?: AbortSignal;
}

/** What the program needs of the environment; above all no NODE_OPTIONS. */
const variables = ['TERM', 'LANG', 'LC_ALL', 'NO_COLOR', 'TMUX', 'STY', 'SSH_TTY'];
const nodeFlags = [
  '--disable-sigusr1',
  '--report-exclude-env',
  '--disallow-code-generation-from-strings',
];

/**
 * Does a job at the terminal. Throws `entry.no-terminal`, `entry.key-unusable`,
 * `entry.boxes-unreadable`, `entry.program-failed`, or what `io.found` has thrown.
 */
export async function runSecretEntry<Kind extends SecretEntryKind>(
  job: SecretEntryJob<Kind>,
  io: SecretEntryIo = {},
): Promise<SecretEntryResult<Kind>> {
  type Result = SecretEntryResult<Kind>;
  const modes = terminalModes();
  if (wasAborted(io)) return { outcome: 'cancelled', reason: 'ended' };
  const child = start(io.program ?? programBeside());
  const ended = endOf(child);
  const stop = (): void => endSoon(child);
  io.signal?.addEventListener('abort', stop, { once: true });
  try {
    const result = (await converse(child, job as SecretEntryJob, io)) as Result | undefined;
    const reason = await ended;
    if (reason !== undefined) restoreTerminal(modes);
    if (result !== undefined) return result;
    if (wasAborted(io)) return { outcome: 'cancelled', reason: 'ended' };
    throw failure('entry.program-failed', { reason: reason ?? 'it said nothing' });
  } catch (error) {
    stop();
    if ((await ended) !== undefined) restoreTerminal(modes);
    throw error;
  } finally {
    io.signal?.removeEventListener('abort', stop);
  }
}

function wasAborted({ signal }: SecretEntryIo): boolean {
  return signal?.aborted === true;
}

function programBeside(): string {
  return fileURLToPath(new URL(`./main${extname(import.meta.url)}`, import.meta.url));
}

/** Without core dumps: the limit is inherited by what the shell becomes. */
function start(program: string): ChildProcess {
  const line = ['-c', 'ulimit -c 0; exec "$0" "$@"', process.execPath, ...nodeFlags, program];
  const env = Object.fromEntries(
    variables.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return spawn('/bin/sh', line, { stdio: ['inherit', 'inherit', 'ignore', 'pipe'], env });
}

/** Resolves with why the program did not end well, or undefined. */
function endOf(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => {
      resolve(code === 0 ? undefined : (signal ?? `exit code ${code}`));
    });
  });
}

/** The result; undefined if the program ended before it had one. */
async function converse(
  child: ChildProcess,
  job: SecretEntryJob,
  io: SecretEntryIo,
): Promise<SecretEntryResult | undefined> {
  const answers = new EntryAnswers(child.stdio[3] as Duplex);
  answers.send({ type: 'job', job });
  let token: string | undefined;
  for (;;) {
    const answer = await answers.next();
    if (answer === undefined) return undefined;
    if (answer.type === 'receiver') await found(answers, answer.publicKey, io);
    else if (answer.type === 'secret' && job.kind === 'show-shares') token = textOf(answer.secret);
    else return resultOf(answer, job, token);
  }
}

async function found(answers: EntryAnswers, receiver: string, io: SecretEntryIo): Promise<void> {
  assert(io.found !== undefined, 'shares are shown by somebody who can make them');
  answers.send({ type: 'founded', boxes: await io.found(receiver) });
}

function resultOf(
  answer: Exclude<EntryAnswer, { readonly type: 'receiver' }>,
  job: SecretEntryJob,
  token: string | undefined,
): SecretEntryResult {
  switch (answer.type) {
    case 'box': {
      return { outcome: 'done', box: answer.box };
    }
    case 'secret': {
      if (job.kind === 'passphrase') return { outcome: 'done', passphrase: answer.secret };
      return { outcome: 'done', token: textOf(answer.secret) };
    }
    case 'shown': {
      return { outcome: 'done', token };
    }
    case 'cancelled': {
      return { outcome: 'cancelled', reason: answer.reason };
    }
    case 'failed': {
      throw failure(failureCode(answer.code), { what: answer.what });
    }
  }
}

/** Clients keep tokens as text; the bytes are zeroed. */
function textOf(secret: Uint8Array): string {
  const text = Buffer.from(secret.buffer, secret.byteOffset, secret.length).toString('latin1');
  secret.fill(0);
  return text;
}

function failureCode(
  code: string,
): 'entry.no-terminal' | 'entry.key-unusable' | 'entry.boxes-unreadable' {
  if (code === 'entry.no-terminal' || code === 'entry.key-unusable') return code;
  assert(code === 'entry.boxes-unreadable', 'the program fails in the ways it knows');
  return code;
}

/** Tells the program to end, and ends it if it does not. */
function endSoon(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), entryEndMs);
  child.once('exit', () => clearTimeout(timer));
}

/** The modes of the terminal as `stty` writes them. Throws `entry.no-terminal`. */
function terminalModes(): string {
  return atTerminal('r', (terminal) => {
    const { status, stdout } = spawnSync('stty', ['-g'], { stdio: [terminal, 'pipe', 'ignore'] });
    return status === 0 ? stdout.toString('latin1').trim() : 'sane';
  });
}

function restoreTerminal(modes: string): void {
  atTerminal('r+', (terminal) => {
    spawnSync('stty', [modes], { stdio: [terminal, 'ignore', 'ignore'] });
    writeSync(terminal, leaveScreen);
  });
}

function atTerminal<Result>(flags: string, work: (terminal: number) => Result): Result {
  let terminal: number;
  try {
    terminal = openSync('/dev/tty', flags);
  } catch {
    throw failure('entry.no-terminal');
  }
  try {
    return work(terminal);
  } finally {
    closeSync(terminal);
  }
}
