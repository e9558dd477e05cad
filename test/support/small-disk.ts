/** A file system that is soon full: a small tmpfs, which takes root to mount. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether a program runs and succeeds. */
export function works(program: string, ...parameters: readonly string[]): boolean {
  try {
    execFileSync(program, parameters, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Runs a body with a folder on a file system of so many bytes. */
export async function withSmallDisk(
  bytes: number,
  body: (disk: string) => Promise<void>,
): Promise<void> {
  const disk = await mkdtemp(join(tmpdir(), 'strongbox-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', disk]);
  try {
    await body(disk);
  } finally {
    // Lazily: a body that failed may have left files open, and it is its error that must be told.
    execFileSync('umount', ['--lazy', disk]);
    await rm(disk, { recursive: true });
  }
}

function canMount(): boolean {
  if (process.geteuid?.() !== 0) return false;
  return works('unshare', '--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt');
}

/** Why a test has to be skipped, or false. */
export const noMount = canMount() ? false : 'needs root and the right to mount';
