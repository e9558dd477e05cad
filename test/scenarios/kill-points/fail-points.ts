/**
 * The places at which an agent can be killed: its system calls on its files, by name. None is in
 * the product: strace stops the process before the k-th call of a kind on a file, so that what is
 * tried is what runs, and no switch that stops an agent is shipped.
 *
 * The places are taken from a run that is not disturbed. A file that an agent writes and that has
 * no name here fails that run: whoever adds one says what it is.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { underFault, underStrace } from '../../support/strace.ts';

export interface FailPoint {
  /** What would have happened next, as in `audit log, sync`. */
  readonly name: string;
  /** From the agent's folder. */
  readonly file: string;
  readonly call: string;
  /** Before which call of its kind on this file, from 1. */
  readonly nth: number;
}

const files: Readonly<Record<string, string>> = {
  data: 'data folder',
  'data/lock': 'lock',
  'data/FORMAT.new': 'format',
  'data/holder.json': 'holder',
  'data/holder.json.new': 'holder',
  'data/store.db': 'store',
  'data/store.db-journal': 'journal of the new store',
  'data/store.db-wal': 'write-ahead log',
  'data/audit.key.new': 'audit key',
  'data/audit.pub.new': 'public audit key',
  'data/audit.checkpoint.new': 'kept checkpoint',
  'data/tls': 'certificate folder',
  'data/tls/ca.pem.new': 'authority',
  'data/tls/ca-key.der': 'authority key',
  'data/tls/ca-key.der.new': 'authority key',
  'data/tls/server.pem.new': 'server certificate',
  audit: 'audit folder',
  'audit/audit.log': 'audit log',
  'audit/audit.log.new': 'next audit file',
};

const calls: Readonly<Record<string, string>> = {
  write: 'write',
  pwrite64: 'write',
  fsync: 'sync',
  fdatasync: 'sync',
  ftruncate: 'cut',
  rename: 'rename',
  unlink: 'remove',
};

/** Sockets are made anew by every start. */
const notKept = /^run(?:\/|$)/;

/** Starts a program and writes down which of the calls it makes, on which files. */
export function underTrace(trace: string): readonly string[] {
  return underStrace(['-y', '-e', `trace=${Object.keys(calls).join(',')}`], trace);
}

/** Starts a program that is killed before the call. */
export function underKill(folder: string, { file, call, nth }: FailPoint): readonly string[] {
  return underFault(`${folder}/${file}`, call, `signal=KILL:when=${nth}`);
}

/** Every place of a run by name, in the order in which the names were first met. */
export function failPoints(trace: string, folder: string): Map<string, FailPoint[]> {
  const counts = new Map<string, number>();
  const points = new Map<string, FailPoint[]>();
  for (const line of readFileSync(trace, 'utf8').split('\n')) {
    const [, thread = '', call = '', path = ''] =
      /^(\d+) +(\w+)\((?:"|\d+<)([^">]+)/.exec(line) ?? [];
    const file = path.startsWith(`${folder}/`) ? relative(folder, path) : undefined;
    if (file === undefined || notKept.test(file)) continue;
    const nth = (counts.get(`${thread} ${call} ${file}`) ?? 0) + 1;
    counts.set(`${thread} ${call} ${file}`, nth);
    const what = files[file];
    assert.ok(what !== undefined, `a name for ${file}, which an agent writes`);
    const name = `${what}, ${calls[call]}`;
    points.set(name, [...(points.get(name) ?? []), { name, file, call, nth }]);
  }
  return points;
}
