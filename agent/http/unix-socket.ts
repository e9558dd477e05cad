import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
} from 'node:fs';
import { connect, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { failure } from '../../shared/errors/failure.ts';
import { socketPathBytesMax } from '../config/limits.ts';
import { socketProbeMsMax } from './limits.ts';
import { systemErrorCode } from '../system-error.ts';
import { listenOn } from './listen.ts';

/**
 * A Unix socket with a mode and a group, never reachable under wider ones: it is made in a folder
 * that only we can enter, gets its owner and mode there, and is then moved to its place. That needs
 * no umask (which a worker thread cannot set) and replaces a dead socket in one step.
 */

export interface UnixSocketPlace {
  readonly path: string;
  /** Permission bits, such as 0o660. */
  readonly mode: number;
  /** Name or number; undefined leaves the group of the process. */
  readonly group: string | undefined;
}

/** Characters of a group file's line: name, password, number, members. */
const GROUP_LINE = /^(?<name>[^:]+):[^:]*:(?<number>\d+):/;

/** Listens on the socket; returns what removes it again. Throws `listener.*`. */
export async function listenOnUnixSocket(
  server: Server,
  place: UnixSocketPlace,
): Promise<() => void> {
  checkLength(place.path);
  const groupId = place.group === undefined ? undefined : groupNumber(place.group);
  const nursery = makeNursery(place.path);
  const born = join(nursery, 's');
  try {
    await refuseLiving(place.path);
    await listenOn(server, { path: born });
    assignOwner(born, place, groupId);
    renameSync(born, place.path);
  } catch (error) {
    server.close();
    throw error;
  } finally {
    rmSync(born, { force: true });
    rmdirSync(nursery);
  }
  const { ino } = lstatSync(place.path);
  return () => removeOwn(place.path, ino);
}

function checkLength(path: string): void {
  const born = join(dirname(path), '.XXXXXX', 's');
  const bytes = Math.max(Buffer.byteLength(path), Buffer.byteLength(born));
  if (bytes > socketPathBytesMax) {
    throw failure('listener.socket-path-long', { path, bytes, socketPathBytesMax });
  }
}

/**
 * A folder that only we can enter, beside the socket. Throws `listener.socket-folder`: the first to
 * find out that no socket can be made there.
 */
function makeNursery(path: string): string {
  const folder = dirname(path);
  try {
    makeFolder(folder);
    return mkdtempSync(`${folder}/.`);
  } catch (error) {
    const reason = systemErrorCode(error) ?? 'unknown';
    throw failure('listener.socket-folder', { path, folder, reason });
  }
}

/** Clients must be able to reach the socket: its own mode is what guards it. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
}

/** Whatever is at the path must be a socket of ours that nobody answers on. */
async function refuseLiving(path: string): Promise<void> {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined) return;
  if (!status.isSocket() || status.uid !== process.geteuid?.()) {
    throw failure('listener.socket-foreign', { path });
  }
  if (await answers(path)) throw failure('listener.socket-busy', { path });
}

async function answers(path: string): Promise<boolean> {
  const probe = connect(path);
  try {
    await once(probe, 'connect', { signal: AbortSignal.timeout(socketProbeMsMax) });
    return true;
  } catch (error) {
    // Anything but a plain refusal may be a living process that is slow: it keeps its socket.
    return systemErrorCode(error) !== 'ECONNREFUSED';
  } finally {
    probe.destroy();
  }
}

function assignOwner(path: string, place: UnixSocketPlace, groupId: number | undefined): void {
  if (groupId !== undefined) {
    try {
      chownSync(path, process.geteuid?.() ?? -1, groupId);
    } catch {
      throw failure('listener.group-forbidden', { path: place.path, group: place.group ?? '' });
    }
  }
  chmodSync(path, place.mode);
}

/** The number of a group, from its name or digits. Throws `listener.group-unknown`. */
export function groupNumber(group: string, groupFile = '/etc/group'): number {
  if (/^\d{1,9}$/.test(group)) return Number(group);
  for (const line of readFileSync(groupFile, 'utf8').split('\n')) {
    const fields = GROUP_LINE.exec(line)?.groups;
    if (fields?.['name'] === group) return Number(fields['number']);
  }
  throw failure('listener.group-unknown', { group });
}

/** Removes our socket, and not one that somebody else has put in its place. */
function removeOwn(path: string, inode: number): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.ino === inode) rmSync(path, { force: true });
}
