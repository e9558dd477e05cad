import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { runCommandLine } from '../../console/cli/run.ts';

/** What a run came to. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly home?: string;
  readonly folder?: string;
}

const nowhere = '/nonexistent';

/** Runs a command line in this process: the same code, without the price of a process. */
export async function runCli(words: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const out = new PassThrough();
  const err = new PassThrough();
  const said = [collect(out), collect(err)] as const;
  const stdin = Readable.from([Buffer.from(options.stdin ?? '')]);
  const code = await runCommandLine(words, {
    environment: options.env ?? {},
    home: options.home ?? nowhere,
    folder: options.folder ?? nowhere,
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: out as unknown as NodeJS.WriteStream,
    stderr: err as unknown as NodeJS.WriteStream,
  });
  out.end();
  err.end();
  const [stdout, stderr] = await Promise.all(said);
  return { code, stdout, stderr };
}

/** Runs the real program as a process. */
export async function spawnCli(words: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const child = spawn(process.execPath, [mainFile, ...words], {
    env: { PATH: process.env['PATH'] ?? '', HOME: options.home ?? nowhere, ...options.env },
    cwd: options.folder ?? tmpdir(),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined); // a command that needs no input may close it first
  child.stdin.end(options.stdin ?? '');
  const said = Promise.all([collect(child.stdout), collect(child.stderr)]);
  const code = await new Promise<number | null>((done) => child.once('close', done));
  const [stdout, stderr] = await said;
  return { code, stdout, stderr };
}

/** The program's file beside this test: the source, or its build. */
export const mainFile: string = resolve(
  import.meta.dirname,
  import.meta.dirname.includes('.build')
    ? '../../console/cli/main.js'
    : '../../console/cli/main.ts',
);

/** A fresh folder that is removed at the end of the scope. */
export class TemporaryFolder implements Disposable {
  readonly path: string = mkdtempSync(join(tmpdir(), 'strongbox-cli-'));

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

async function collect(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
