/** What may lie at the path of an audit file, and how a file is known again. */
import type { BigIntStats } from 'node:fs';
import { dirname } from 'node:path';
import type { DeviceFault } from '../../src/audit/fault.ts';
import { look } from './files.ts';

/** Which file it is, also when a number is used again. */
export interface FileIdentity {
  readonly device: bigint;
  readonly inode: bigint;
  readonly bornNs: bigint;
}

/** Owner reads and writes; a group may read (log shippers). */
const modeBitsAllowed = 0o640n;
const modeBits = 0o7777n;
const othersWrite = 0o002n;

const irregularFault: DeviceFault = {
  kind: 'irregular',
  reason: 'it is not a regular file',
  cure: 'configure a file or a FIFO, not a link, folder or device',
};
const modeFault: DeviceFault = {
  kind: 'irregular',
  reason: 'its mode lets others write or is that of a program',
  cure: 'run chmod 600 on it',
};
const folderFault: DeviceFault = {
  kind: 'irregular',
  reason: 'everybody may write to its folder',
  cure: 'give it a folder of its own with mode 700',
};
const linkedFolderFault: DeviceFault = {
  kind: 'irregular',
  reason: 'its folder is a link, and who may turn that is not known',
  cure: 'configure the folder that it points to',
};

/** Why nothing is written to what was found at a path; undefined if it may be. */
export async function unsafePlace(
  path: string,
  found: BigIntStats,
): Promise<DeviceFault | undefined> {
  const folder = await look(dirname(path));
  if (folder?.isSymbolicLink() === true) return linkedFolderFault;
  if (((folder?.mode ?? 0n) & othersWrite) !== 0n) return folderFault;
  if (!found.isFile()) return irregularFault;
  return (found.mode & modeBits & ~modeBitsAllowed) === 0n ? undefined : modeFault;
}

export function identityOf(found: BigIntStats): FileIdentity {
  return { device: found.dev, inode: found.ino, bornNs: found.birthtimeNs };
}

export function sameFile(left: FileIdentity, right: FileIdentity): boolean {
  return left.device === right.device && left.inode === right.inode && left.bornNs === right.bornNs;
}
