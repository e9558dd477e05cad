/** The audit file on real disks: modes, rotation, and what others do to it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmod,
  copyFile,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { closeSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { isFailure } from '../../../shared/errors/failure.ts';
import { entry } from '../../src/audit/support/bench-trail.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import {
  appendAtLast,
  auditFiles,
  fileDevice,
  realTrail,
  textOf,
  verifyReal,
} from './support/real-trail.ts';

const unavailable = (error: unknown): boolean => isFailure(error, 'audit.unavailable');
const isRoot = process.getuid?.() === 0;

test('OpenBao #1651: file and folder are made for their owner alone, under any umask', async () => {
  await using folder = await temporaryFolder();
  const before = process.umask(0);
  try {
    const { trail } = await realTrail(folder.path, [fileDevice(folder.path)]);
    await trail.append(entry(1));
    await trail.stop();
  } finally {
    process.umask(before);
  }
  const mode = async (...names: string[]): Promise<number> =>
    (await stat(join(folder.path, ...names))).mode & 0o7777;
  assert.equal(await mode('audit'), 0o700);
  assert.equal(await mode('audit', 'audit.log'), 0o600);
  assert.equal(await mode('audit.key'), 0o600);
  assert.equal(await mode('audit.checkpoint'), 0o600);
  assert.equal((await verifyReal(folder.path, ['audit.log'])).ok, true);
});

test('OpenBao #1651: irregular modes, links and folders are refused with the cure', async () => {
  for (const mode of [0o700, 0o601, 0o666, 0o620, 0o644, 0o4600, 0o2600, 0o1600]) {
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, 'audit'), { mode: 0o700 });
    const path = join(folder.path, 'audit', 'audit.log');
    await writeFile(path, '');
    await chmod(path, mode);
    const device = fileDevice(folder.path);
    await assert.rejects(device.open(0), /chmod 600/, mode.toString(8));
    await chmod(path, 0o640);
    assert.deepEqual(await device.open(0), { bytes: 0, continues: false });
    await device.close();
  }
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, 'audit', 'folder.log'), { recursive: true, mode: 0o700 });
  await writeFile(join(folder.path, 'target'), 'x', { mode: 0o600 });
  await symlink(join(folder.path, 'target'), join(folder.path, 'audit', 'link.log'));
  for (const name of ['folder.log', 'link.log']) {
    await assert.rejects(fileDevice(folder.path, { name }).open(0), /not a regular file/);
  }
  await chmod(join(folder.path, 'audit'), 0o777);
  await assert.rejects(
    fileDevice(folder.path, { name: 'link.log' }).open(0),
    /everybody may write to its folder/,
  );
  const linked = join(folder.path, 'linked');
  await mkdir(linked);
  await symlink(folder.path, join(linked, 'audit'));
  await writeFile(join(folder.path, 'audit.log'), '', { mode: 0o600 });
  await assert.rejects(fileDevice(linked).open(0), /its folder is a link/);
});

test('rotation keeps the chain, and the newest files; the set verifies after the oldest are gone', async () => {
  await using folder = await temporaryFolder();
  const device = fileDevice(folder.path, { rotateBytes: 20_000, keep: 3 });
  const { trail } = await realTrail(folder.path, [device]);
  for (let number = 0; number < 600; number += 1) await trail.append(entry(number));
  await trail.stop();
  const names = await auditFiles(folder.path);
  assert.equal(names.length, 4);
  for (const name of names.slice(1)) {
    assert.match(name, /^audit\.log\.\d{16}$/);
    const first = /^\{"index":(\d+),/.exec(await textOf(folder.path, name))?.[1];
    assert.equal(Number(name.slice(-16)), Number(first));
    assert.equal((await verifyReal(folder.path, [name])).gaps.length, 0);
  }
  const report = await verifyReal(folder.path, names.toReversed());
  assert.equal(report.ok, true, report.sentence);
  assert.match(report.notes[0] ?? '', /^records 0 to \d+ are not in these files$/);
  const size = (await stat(join(folder.path, 'audit', names[1] ?? ''))).size;
  assert.ok(size >= 20_000 && size < 24_000, String(size));
});

test('a restart continues the file, and the lost tail of a restored copy is noticed', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'audit', 'audit.log');
  const first = await realTrail(folder.path, [fileDevice(folder.path)]);
  await first.trail.append(entry(1));
  await first.trail.stop();
  await copyFile(path, join(folder.path, 'old'));
  const second = await realTrail(folder.path, [fileDevice(folder.path)]);
  await second.trail.append(entry(2));
  await second.trail.stop();
  assert.deepEqual(second.alarms, []);
  assert.deepEqual(await auditFiles(folder.path), ['audit.log']);
  assert.equal((await verifyReal(folder.path, ['audit.log'])).ok, true);

  await copyFile(join(folder.path, 'old'), path);
  const lost = await verifyReal(folder.path, ['audit.log']);
  assert.match(lost.sentence, /LOST TAIL: the log ends before record 3 .*record 4 was kept/);
  const third = await realTrail(folder.path, [fileDevice(folder.path)]);
  await third.trail.stop();
  assert.equal((await third.alarm('tail-lost')).kind, 'tail-lost');
});

test('a file that is deleted under it is noticed before a record counts as written', async () => {
  await using folder = await temporaryFolder();
  const { trail, alarms } = await realTrail(folder.path, [fileDevice(folder.path)]);
  await trail.append(entry(1));
  await unlink(join(folder.path, 'audit', 'audit.log'));
  await assert.rejects(trail.append(entry(2)), unavailable);
  await appendAtLast(trail, entry(3));
  await trail.stop();
  const text = await textOf(folder.path);
  assert.match(text, /"audit_device_failed".*"kind":"deleted"/);
  assert.ok(alarms.some(({ kind }) => kind === 'file-touched'));
  assert.match(text, /"number":3/);
  assert.equal((await verifyReal(folder.path, ['audit.log'])).ok, true);
});

test('a file that a rotator moved away is left in peace, and no record is refused', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'audit', 'audit.log');
  const { trail, alarms } = await realTrail(folder.path, [fileDevice(folder.path)]);
  await trail.append(entry(1));
  await rename(path, `${path}-20300101`);
  await trail.append(entry(2));
  await trail.append(entry(3));
  await rename(path, `${path}-20300102`);
  await writeFile(path, '', { mode: 0o644 }); // logrotate's `create`
  await trail.append(entry(4));
  await trail.append(entry(5));
  await trail.stop();
  assert.deepEqual(alarms, []);
  const names = await auditFiles(folder.path);
  assert.deepEqual(names, ['audit.log', 'audit.log-20300101', 'audit.log-20300102']);
  const report = await verifyReal(folder.path, names);
  assert.equal(report.ok, true, report.sentence);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
});

test('what lies in the way of a new file is moved aside, never overwritten', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'audit', 'audit.log');
  const { trail } = await realTrail(folder.path, [fileDevice(folder.path)]);
  await trail.append(entry(1));
  await rename(path, `${path}-moved`);
  await writeFile(path, 'not ours', { mode: 0o600 });
  await trail.append(entry(2));
  await trail.append(entry(3));
  await trail.stop();
  const names = await auditFiles(folder.path);
  const aside = names.find((name) => name.includes('.aside-'));
  assert.equal(await textOf(folder.path, aside), 'not ours');
  assert.equal((await verifyReal(folder.path, ['audit.log', 'audit.log-moved'])).ok, true);
});

test('a file that somebody cut is closed as it is, and a new one begun', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'audit', 'audit.log');
  const { trail, alarms } = await realTrail(folder.path, [fileDevice(folder.path)]);
  for (let number = 0; number < 5; number += 1) await trail.append(entry(number));
  await truncate(path, 900);
  await assert.rejects(trail.append(entry(6)), unavailable);
  await appendAtLast(trail, entry(7));
  await trail.stop();
  assert.match(await textOf(folder.path), /"kind":"changed"/);
  const touched = alarms.filter(({ kind }) => kind === 'file-touched');
  assert.deepEqual(
    touched.map(({ device }) => device),
    ['audit.log'],
  );
  const names = await auditFiles(folder.path);
  assert.equal(names.length, 2);
  assert.equal((await verifyReal(folder.path, names)).ok, false);
});

test('a descriptor that was closed under it costs one refusal', async () => {
  await using folder = await temporaryFolder();
  const { trail } = await realTrail(folder.path, [fileDevice(folder.path)]);
  await trail.append(entry(1));
  const path = join(folder.path, 'audit', 'audit.log');
  const descriptor = readdirSync('/proc/self/fd').find((name) => linkOf(name) === path);
  closeSync(Number(descriptor));
  await assert.rejects(trail.append(entry(2)), unavailable);
  await appendAtLast(trail, entry(3));
  await trail.stop();
  const report = await verifyReal(folder.path, await auditFiles(folder.path));
  assert.equal(report.ok, true, report.sentence);
  assert.deepEqual(report.gaps, []);
});

function linkOf(descriptor: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return undefined; // the descriptor of the listing itself is gone
  }
}

test('reopening begins a new file beside the old one', async () => {
  await using folder = await temporaryFolder();
  const { trail } = await realTrail(folder.path, [fileDevice(folder.path)]);
  await trail.append(entry(1));
  await trail.reopen();
  await trail.append(entry(2));
  await trail.stop();
  const names = await auditFiles(folder.path);
  assert.deepEqual(names, ['audit.log', 'audit.log.0000000000000000']);
  assert.equal((await verifyReal(folder.path, names)).ok, true);
});

test('a crash between the two renames of a rotation is made good at start', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'audit', 'audit.log');
  const first = await realTrail(folder.path, [fileDevice(folder.path)]);
  await first.trail.append(entry(1));
  await first.trail.reopen();
  await first.trail.append(entry(2));
  await first.trail.stop();
  await rename(path, `${path}.new`);
  const second = await realTrail(folder.path, [fileDevice(folder.path)]);
  await second.trail.append(entry(3));
  await second.trail.stop();
  assert.deepEqual(second.alarms, []);
  const names = await auditFiles(folder.path);
  assert.deepEqual(names, ['audit.log', 'audit.log.0000000000000000']);
  assert.equal((await verifyReal(folder.path, names)).ok, true);

  await writeFile(`${path}.new`, 'half a file', { mode: 0o600 });
  const third = await realTrail(folder.path, [fileDevice(folder.path)]);
  await third.trail.stop();
  assert.deepEqual(await auditFiles(folder.path), names);
});

for (const sync of ['always', 'write'] as const) {
  test(`F-16: a full disk refuses records and recovers by itself (sync: ${sync})`, {
    skip: isRoot ? false : 'mounting a small file system needs root',
  }, async () => {
    await using folder = await temporaryFolder();
    const audit = join(folder.path, 'audit');
    await mkdir(audit, { mode: 0o700 });
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=0700', 'tmpfs', audit]);
    assert.equal(mounted.status, 0, String(mounted.stderr));
    try {
      await fullDisk(folder.path, sync);
    } finally {
      spawnSync('umount', ['-l', audit]);
    }
  });
}

async function fullDisk(folder: string, sync: 'always' | 'write'): Promise<void> {
  const { trail, alarm } = await realTrail(folder, [fileDevice(folder, { sync })]);
  const text = 'x'.repeat(1_000);
  const acknowledged: number[] = [];
  let refused = false;
  for (let number = 0; number < 2_000 && !refused; number += 1) {
    const done = trail.append(entry(number, { text })).then(() => acknowledged.push(number));
    refused = await done.then(
      () => false,
      (error: unknown) => unavailable(error),
    );
  }
  assert.equal(refused, true);
  await alarm('down');
  assert.match((await trail.append(entry(-1)).catch(String)) as string, /no space is left/);
  const ballast = await readdir(join(folder, 'audit'));
  assert.deepEqual(ballast, ['audit.log'], 'no partial file is left');

  const grown = spawnSync('mount', ['-o', 'remount,size=8m', join(folder, 'audit')]);
  assert.equal(grown.status, 0, String(grown.stderr));
  await appendAtLast(trail, entry(9_999));
  await trail.stop();
  const names = await auditFiles(folder);
  const report = await verifyReal(folder, names);
  assert.equal(report.ok, true, report.sentence);
  const log = (await Promise.all(names.map((name) => textOf(folder, name)))).join('');
  for (const number of acknowledged) assert.ok(log.includes(`"number":${number},`), String(number));
}

test('keys that were lost are not made anew over an existing log', async () => {
  await using folder = await temporaryFolder();
  const { trail } = await realTrail(folder.path, [fileDevice(folder.path)]);
  await trail.append(entry(1));
  await trail.stop();
  const key = await readFile(join(folder.path, 'audit.key'));
  await rm(join(folder.path, 'audit.key'));
  await assert.rejects(realTrail(folder.path, [fileDevice(folder.path)]), (error) =>
    isFailure(error, 'audit.key-file'),
  );
  for (const bytes of [
    Buffer.alloc(0),
    key.subarray(1),
    Buffer.concat([key, key]),
    Buffer.alloc(86),
  ]) {
    await writeFile(join(folder.path, 'audit.key'), bytes, { mode: 0o600 });
    await assert.rejects(realTrail(folder.path, [fileDevice(folder.path)]), /is damaged/);
  }
  const older = Buffer.concat([Buffer.from('strongbox-audit-key/1\n'), Buffer.alloc(64, 1)]);
  await writeFile(join(folder.path, 'audit.key'), older);
  await assert.rejects(
    realTrail(folder.path, [fileDevice(folder.path)]),
    /has format 1, of an older version.*; go back to that version, or move audit\.key, /,
  );
  await writeFile(join(folder.path, 'audit.key'), key);
  await chmod(join(folder.path, 'audit.key'), 0o640);
  await assert.rejects(realTrail(folder.path, [fileDevice(folder.path)]), /chmod 600/);
  await chmod(join(folder.path, 'audit.key'), 0o600);
  await rm(join(folder.path, 'audit.pub'));
  const again = await realTrail(folder.path, [fileDevice(folder.path)]);
  await again.trail.stop();
  assert.deepEqual(again.alarms, []);
  assert.equal((await verifyReal(folder.path, ['audit.log'])).ok, true);
});
