/**
 * F-06 and F-05 on the audit file of a real process: the k-th sync or write fails, or
 * the kernel says that it wrote what it did not.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { temporaryFolder } from '../../support/temporary-folder.ts';
import { auditFiles, textOf, verifyReal } from './support/real-trail.ts';

const appender = fileURLToPath(new URL('./support/faulty-appender.ts', import.meta.url));
const faults = [
  'write:error=EIO:when=2',
  'write:error=EIO:when=17',
  'write:error=ENOSPC:when=5',
  'write:error=EIO:when=9..11',
  'write:retval=10:when=13',
  'fstat,newfstatat,statx:error=EIO:when=20',
];

function canTrace(): boolean {
  try {
    execFileSync('strace', ['-qq', '-o', '/dev/null', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

for (const fault of faults) {
  test(`F-06: ${fault}: refused or there, never both lost and confirmed`, {
    skip: canTrace() ? false : 'needs strace and the right to trace',
  }, async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'audit', 'audit.log');
    await mkdir(join(folder.path, 'audit'), { mode: 0o700 });
    const under = ['-f', '-qq', '-o', '/dev/null', '-P', path, '-e', `inject=${fault}`];
    const { stdout, stderr, status } = spawnSync(
      'strace',
      [...under, process.execPath, appender, folder.path],
      { env: { ...process.env, UV_THREADPOOL_SIZE: '1' }, encoding: 'utf8' },
    );
    assert.equal(status, 0, stderr);
    const names = await auditFiles(folder.path);
    const report = await verifyReal(folder.path, names);
    assert.equal(report.ok, true, report.sentence);
    const log = (await Promise.all(names.map((name) => textOf(folder.path, name)))).join('');
    const acknowledged = [...stdout.matchAll(/^ack (\d+)$/gm)].map((match) => match[1]);
    for (const number of acknowledged) assert.ok(log.includes(`"number":${number}}`), number);
    assert.ok(acknowledged.length >= 50, stdout);
    assert.equal(log.includes('audit_device_failed'), stdout.includes('refused'));
    assert.ok(stdout.includes('refused'), 'the fault was felt');
  });
}
