/**
 * What the figures were taken on: without it nobody can compare them. A machine that does other
 * work as well is told so before the first figure.
 */
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { cpus, loadavg, release, tmpdir, totalmem } from 'node:os';
import { repositoryFolder } from '../support/agent-process.ts';

const bytesPerGibibyte = 2 ** 30;
/** Load for each core from which on the figures say more about the other work. */
const loadPerCoreMax = 0.5;

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  /** As in `24.21.0`. */
  readonly node: string;
  readonly kernel: string;
  /** Of the folder that data and audit log lie in, as in `ext4`. */
  readonly fileSystem: string;
  /** Over the last minute. */
  readonly load: number;
  /** As in `1a2b3c4`, with `+` where files differ from it. */
  readonly commit: string;
}

/** Looks at the machine; `folder` is where the data of the run will lie. */
export async function thisMachine(folder: string = tmpdir()): Promise<Machine> {
  const mounts = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
  return {
    cpu: cpus()[0]?.model ?? 'unknown CPU',
    cores: cpus().length,
    memoryBytes: totalmem(),
    node: process.versions.node,
    kernel: release(),
    fileSystem: fileSystemOf(mounts, folder) ?? 'unknown file system',
    load: loadavg()[0] ?? Number.NaN,
    commit: commitOf(repositoryFolder),
  };
}

/** One line, and one more where the machine is busy. */
export function describeMachine(machine: Machine): readonly string[] {
  const { cpu, cores, memoryBytes, node, kernel, fileSystem, load, commit } = machine;
  const gibibytes = (memoryBytes / bytesPerGibibyte).toFixed(0);
  const hardware = `${cores} × ${cpu}, ${gibibytes} GiB, ${fileSystem}`;
  const line = `${hardware}; Linux ${kernel}, Node ${node}; commit ${commit}; load ${load.toFixed(2)}`;
  if (!(load / cores > loadPerCoreMax)) return [line];
  const limit = (loadPerCoreMax * cores).toFixed(1);
  return [
    line,
    `BUSY: a load above ${limit} before the first request: do not compare these figures`,
  ];
}

/** The type of the file system that holds `path`, from the text of /proc/self/mountinfo. */
export function fileSystemOf(mountInfo: string, path: string): string | undefined {
  let found: { readonly point: string; readonly type: string } | undefined;
  for (const line of mountInfo.split('\n')) {
    // proc(5): … mount point is the fifth field; the type follows a field that is a lone hyphen.
    const [before = '', after = ''] = line.split(' - ');
    const point = before.split(' ')[4];
    const type = after.split(' ')[0];
    if (point === undefined || type === undefined || !holds(point, path)) continue;
    if (found === undefined || point.length >= found.point.length) found = { point, type };
  }
  return found?.type;
}

function holds(point: string, path: string): boolean {
  return point === '/' || path === point || path.startsWith(`${point}/`);
}

function commitOf(folder: string): string {
  const git = (...words: string[]): string =>
    spawnSync('git', words, { cwd: folder, encoding: 'utf8' }).stdout?.trim() ?? '';
  const commit = git('rev-parse', '--short', 'HEAD');
  if (commit === '') return 'unknown';
  return git('status', '--porcelain', '--untracked-files=no') === '' ? commit : `${commit}+`;
}
