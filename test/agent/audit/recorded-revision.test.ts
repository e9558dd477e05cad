/** The newest revision that a log has recorded, from the ends of its files. */
import assert from 'node:assert/strict';
import { appendFile, rename, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { recordedRevision } from '../../../agent/audit/recorded-revision.ts';
import type { AuditEntry, ResponseEntry } from '../../../shared/audit/entry.ts';
import { entry } from '../../src/audit/support/bench-trail.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { auditFiles, fileDevice, realTrail } from './support/real-trail.ts';

function response(revision: number): AuditEntry {
  const request: ResponseEntry['request'] = {
    operation: 'update',
    path: 'secret/data/app',
    namespace: { id: 'root' },
    remote_address: 'unix',
    remote_port: 0,
    transport: 'unix',
    // A caller's own field of that name counts for nothing.
    data: { revision: 99_999 },
  };
  const time = '2026-01-01T00:00:00Z';
  return { type: 'response', time, id: String(revision), effect: true, request, revision };
}

async function logOf(folder: string, entries: readonly AuditEntry[]): Promise<string> {
  const device = fileDevice(folder, { rotateBytes: 50_000 });
  const { trail } = await realTrail(folder, [device]);
  for (const one of entries) await trail.append(one);
  await trail.stop();
  return join(folder, 'audit', 'audit.log');
}

const manyReads = Array.from({ length: 80 }, (_, number) =>
  entry(number, { text: 'x'.repeat(900) }),
);

test('it is the one of the last commit, however many records without one come behind', async () => {
  await using folder = await temporaryFolder();
  const path = await logOf(folder.path, [response(7), response(8), entry(1)]);
  assert.equal(await recordedRevision(folder.path, [path]), 8);
  await logOf(folder.path, manyReads);
  assert.ok((await auditFiles(folder.path)).length > 1, 'the file was rotated');
  assert.equal(await recordedRevision(folder.path, [path]), 8, 'in a closed file');
});

test('half a line at the end, or a log that ends in the middle, gives the one before', async () => {
  await using folder = await temporaryFolder();
  const path = await logOf(folder.path, [response(7), response(8)]);
  await appendFile(path, '{"index":9,"prev":"00","type":"response","revision":');
  assert.equal(await recordedRevision(folder.path, [path]), 8);
  const { size } = await stat(path);
  await truncate(path, Math.floor(size / 3));
  assert.ok([7, undefined].includes(await recordedRevision(folder.path, [path])));
});

test('of several logs the newest counts; a log of other keys, links and nothing do not', async () => {
  await using folder = await temporaryFolder();
  await using other = await temporaryFolder();
  const path = await logOf(folder.path, [response(7)]);
  const foreign = await logOf(other.path, [response(900)]);
  const link = join(folder.path, 'link.log');
  await symlink(path, link);
  const paths = [join(folder.path, 'none', 'audit.log'), foreign, path];
  assert.equal(await recordedRevision(folder.path, paths), 7);
  assert.equal(await recordedRevision(folder.path, [link]), undefined);
  await rename(foreign, join(folder.path, 'audit', 'audit.log'));
  assert.equal(await recordedRevision(folder.path, [path]), undefined, 'its header is not ours');
});

test('without the public key, or with nonsense for one, nothing is said', async () => {
  await using folder = await temporaryFolder();
  const path = await logOf(folder.path, [response(7)]);
  await writeFile(join(folder.path, 'audit.pub'), 'nonsense');
  assert.equal(await recordedRevision(folder.path, [path]), undefined);
  await rm(join(folder.path, 'audit.pub'));
  assert.equal(await recordedRevision(folder.path, [path]), undefined);
});
