/** F-15 on real files: one of two devices fails, hangs, or is a FIFO nobody reads. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { FifoDevice } from '../../../agent/audit/fifo-device.ts';
import { createAuditDevice } from '../../../agent/audit/open-device.ts';
import { entry, silentLog } from '../../src/audit/support/bench-trail.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { fileDevice, realTrail, textOf, verifyReal } from './support/real-trail.ts';

async function makeFifo(folder: string): Promise<string> {
  const audit = join(folder, 'audit');
  await mkdir(audit, { recursive: true, mode: 0o700 });
  const path = join(audit, 'fifo');
  assert.equal(spawnSync('mkfifo', ['-m', '600', path]).status, 0);
  return path;
}

test('a FIFO gets the same lines as a file', async () => {
  await using folder = await temporaryFolder();
  const path = await makeFifo(folder.path);
  // Opened for reading and writing, so that it does not end when the device opens its end anew.
  const reader = spawn('sh', ['-c', `exec cat 0<> ${path}`]);
  const parts: Buffer[] = [];
  reader.stdout.on('data', (part: Buffer) => parts.push(part));
  const fifo = await createAuditDevice({
    name: 'fifo',
    path,
    sync: 'always',
    rotateBytes: 1_000,
    keep: 1,
    log: silentLog,
  });
  assert.ok(fifo instanceof FifoDevice);
  await waitForReader(fifo);
  const { trail } = await realTrail(folder.path, [fileDevice(folder.path), fifo]);
  const text = 'x'.repeat(100_000);
  for (let number = 0; number < 20; number += 1) await trail.append(entry(number, { text }));
  await trail.stop();
  const written = await textOf(folder.path);
  while (Buffer.concat(parts).length < written.length) await once(reader.stdout, 'data');
  reader.kill();
  await once(reader, 'close');
  const copy = Buffer.concat(parts).toString('utf8');
  assert.equal(copy, written);
  await writeFile(join(folder.path, 'audit', 'copy'), copy);
  assert.equal((await verifyReal(folder.path, ['copy'])).ok, true);
});

/** Opening succeeds once the reader has opened its end. */
async function waitForReader(fifo: FifoDevice): Promise<void> {
  for (;;) {
    const opened = await fifo.open().catch(() => undefined);
    if (opened !== undefined) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('a FIFO that nobody has opened is named, and holds nothing up', async () => {
  await using folder = await temporaryFolder();
  const path = await makeFifo(folder.path);
  const fifo = new FifoDevice({ name: 'fifo', path });
  const { trail, alarms } = await realTrail(folder.path, [fileDevice(folder.path), fifo]);
  await trail.append(entry(1));
  assert.match(alarms[0]?.message ?? '', /fifo failed: nobody reads the FIFO; start its reader/);
  await trail.stop();
});

test('F-15: a FIFO that is open but never read fails at its deadline, and the file goes on', async () => {
  await using folder = await temporaryFolder();
  const path = await makeFifo(folder.path);
  // Opens the FIFO and sleeps: its buffer of 64 KiB fills, and then writes hang.
  const reader = spawn('sh', ['-c', `exec sleep 60 < ${path}`]);
  const fifo = new FifoDevice({ name: 'fifo', path });
  await waitForReader(fifo);
  const devices = [fileDevice(folder.path), fifo];
  const { trail, alarms, alarm } = await realTrail(folder.path, devices, { deadlineMs: 2_000 });
  const text = 'x'.repeat(50_000);
  for (let number = 0; number < 20; number += 1) await trail.append(entry(number, { text }));
  assert.deepEqual(alarms, [], 'no record waited for the FIFO and its deadline');
  assert.equal((await alarm('device-failed')).device, 'fifo');
  await trail.append(entry(99));
  assert.equal(trail.status().devices[1]?.lastFault, 'hung');
  await trail.stop();
  reader.kill('SIGKILL');
  await once(reader, 'close');
  assert.match(
    await textOf(folder.path),
    /"audit_device_failed","details":\{"device":"fifo","kind":"hung"/,
  );
  assert.equal((await verifyReal(folder.path, ['audit.log'])).ok, true);
});

test('F-15: with one of two files gone, requests go on; its return shows the gap, the other fills it', async () => {
  await using folder = await temporaryFolder();
  const [first, second] = [
    fileDevice(folder.path, { name: 'first.log' }),
    fileDevice(folder.path, { name: 'second.log', path: join(folder.path, 'other', 'second.log') }),
  ];
  const { trail, alarm } = await realTrail(folder.path, [first, second]);
  await trail.append(entry(1));
  const other = join(folder.path, 'other');
  spawnSync('mv', [other, `${other}-away`]);
  await writeFile(other, 'a file where the folder was');
  for (let number = 2; number < 6; number += 1) await trail.append(entry(number));
  // The moved file is as good as rotated until a new one is needed, which cannot be made.
  await alarm('device-failed');
  for (let number = 6; number < 9; number += 1) await trail.append(entry(number));
  spawnSync('rm', [other]);
  spawnSync('mv', [`${other}-away`, other]);
  await alarm('device-back');
  await trail.append(entry(9));
  await trail.stop();
  const names = ['first.log', '../other/second.log', ...(await archived(other))];
  const report = await verifyReal(folder.path, names);
  assert.equal(report.ok, true, report.sentence);
  const alone = await verifyReal(folder.path, names.slice(1));
  assert.equal(alone.ok, false);
  assert.equal(alone.gaps.length, 1);
});

async function archived(folder: string): Promise<string[]> {
  const { stdout } = spawnSync('ls', [folder]);
  return String(stdout)
    .split('\n')
    .filter((name) => /^second\.log\.\d+$/.test(name))
    .map((name) => `../other/${name}`);
}
