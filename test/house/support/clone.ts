/**
 * A folder that looks like a fresh clone to the bootstrap, with an npm that only writes down its
 * calls.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { root } from './project.ts';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Clone extends AsyncDisposable {
  readonly path: string;
  /** Runs a program against the clone's bootstrap: an ES module whose folder is the clone's. */
  run(program: string, environment?: Readonly<Record<string, string>>): Promise<Ended>;
  /** Writes a file of the clone, making its folder. */
  write(path: string, text: string): Promise<void>;
}

/** Copies the bootstrap; package-lock.json and the rooms are there, and empty. */
export async function makeClone(): Promise<Clone> {
  const folder = await temporaryFolder();
  const { path } = folder;
  await cp(join(root, '.bin'), join(path, '.bin'), { recursive: true });
  const write = async (name: string, text: string): Promise<void> => {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  };
  await write('package-lock.json', '{"packages":{}}');
  await write('tsconfig.json', '{}');
  for (const room of ['agent', 'console', 'shared', 'src', 'test']) {
    await write(`${room}/module.ts`, '');
  }
  return {
    path,
    write,
    run: (program, environment = {}) => runModule(path, program, environment),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/**
 * Puts a program of the given shell text on a PATH that holds nothing else but the system's tools.
 */
export async function fakeProgram(clone: Clone, name: string, shell: string): Promise<string> {
  const folder = join(clone.path, 'fake');
  await clone.write(`fake/${name}`, `#!/bin/sh\n${shell}\n`);
  await chmod(join(folder, name), 0o755);
  return folder;
}

/** PATH with these folders before the system's. */
export function pathWith(...folders: readonly string[]): string {
  return [...folders, process.env['PATH'] ?? ''].join(delimiter);
}

async function runModule(
  folder: string,
  program: string,
  environment: Readonly<Record<string, string>>,
): Promise<Ended> {
  const { npm_execpath: _, ...own } = process.env;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: folder,
    env: { ...own, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    output.stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output.stderr += chunk.toString();
  });
  await once(child, 'close');
  return { code: child.exitCode, signal: child.signalCode, ...output };
}
