/** One job of the secret-entry program on a pseudo-terminal, and what came of it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeFramedShare } from '../../../shared/share/share.ts';
import { PtyConsole } from '../../support/pty-console.ts';
import { TemporaryFolder } from '../run-cli.ts';
import type { DriverTask } from './driver.ts';

const driver = fileURLToPath(new URL('driver.ts', import.meta.url));
export const setId = '8f3a0102030405ff';

/** A share of the set, other for every index; its text is the same on every run. */
export function shareText(index: number, count = 3): string {
  const secret = Uint8Array.from({ length: 32 }, (_, at) => (index * 37 + at * 101 + 13) & 0xff);
  const set = Uint8Array.from(Buffer.from(setId, 'hex'));
  const text = encodeFramedShare({
    kind: 'framed',
    secret,
    setId: set,
    threshold: 2,
    count,
    index,
  });
  return Buffer.from(text).toString('latin1');
}

interface RunOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** The shell goes on only after a line: for a program that outlives the console. */
  readonly isHeld?: boolean;
}

export class EntryRun implements AsyncDisposable {
  readonly terminal: PtyConsole;
  readonly #folder = new TemporaryFolder();

  constructor(task: DriverTask, options: RunOptions = {}) {
    // The shell says how the terminal was left: `stty -a` of one in its usual mode.
    const hold = options.isHeld === true ? 'read -r line; ' : '';
    const line = `"$0" "$@"; ${hold}stty -a; echo the-end`;
    this.terminal = new PtyConsole({
      file: '/bin/sh',
      arguments: ['-c', line, process.execPath, driver, this.#file, JSON.stringify(task)],
      ...options,
    });
  }

  /** Waits until all have ended; what the driver wrote. */
  async outcome(): Promise<Readonly<Record<string, unknown>>> {
    await this.terminal.waitFor('the-end');
    await this.terminal.exit;
    return JSON.parse(readFileSync(this.#file, 'utf8'));
  }

  get driverPid(): number {
    const [driverPid] = childrenOf(this.terminal.pid);
    if (driverPid === undefined) throw new Error('the driver does not run');
    return driverPid;
  }

  /** The process id of the secret-entry program. */
  get programPid(): number {
    const [program] = childrenOf(this.driverPid);
    if (program === undefined) throw new Error('the program does not run');
    return program;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.terminal[Symbol.asyncDispose]();
    this.#folder[Symbol.dispose]();
  }

  get #file(): string {
    return join(this.#folder.path, 'outcome.json');
  }
}

/** Whether it runs no more; one that nobody has asked after yet counts as gone. */
export function isGone(pid: number): boolean {
  try {
    return /^\d+ \(.*\) Z /su.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return true;
  }
}

function childrenOf(parent: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name) && parentOf(name) === parent)
    .map(Number);
}

function parentOf(pid: string): number {
  try {
    return Number(/^\d+ \(.*\) \S (\d+) /su.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1]);
  } catch {
    return 0;
  }
}
