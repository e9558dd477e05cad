/**
 * F-01, F-02 (one node): kill −9 while eight writers commit: at random moments, while the store
 * opens, and (with strace) at exact system calls. What was acknowledged is there, every commit is
 * there whole or not at all, and the store opens again by itself. STRONGBOX_TEST_KILLS makes it
 * longer.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { withFolder } from './store-folder.ts';
import { checkAfter, manyCheckpoints, runWriter } from './store-witness.ts';

const kills = Number(process.env['STRONGBOX_TEST_KILLS'] ?? 30);
const acksMax = 250;
const syscalls = 'pwrite64,fsync,fdatasync,ftruncate,unlink';

function canTrace(): boolean {
  try {
    execFileSync('strace', ['-qq', '-o', '/dev/null', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const noTrace = canTrace() ? false : 'needs strace and the right to trace';

test('kill -9 at random moments loses no acknowledged commit and halves none', async () => {
  await withFolder(async (folder) => {
    let before = 0;
    let acknowledged = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      let left = 1 + Math.floor(Math.random() * acksMax);
      const run = await runWriter(folder, {
        env: manyCheckpoints,
        onLine: (line, child) => {
          if (line.startsWith('ack ')) left -= 1;
          if (left === 0) child.kill('SIGKILL');
        },
      });
      const after = await checkAfter(folder, run, before);
      assert.equal(after.crashed, true);
      assert.ok(after.revision > before, 'the revision goes on');
      before = after.revision;
      acknowledged += run.acknowledged.size;
    }
    assert.ok(acknowledged >= kills);
  });
});

test('kill -9 while the store is being made or opened leaves one that opens', async () => {
  const delays = Array.from({ length: 6 }, (_, index) => 20 + index * 35);
  for (const killAfterMs of delays) {
    await withFolder(async (folder) => {
      const first = await runWriter(folder, { killAfterMs });
      const { revision } = await checkAfter(folder, first, 0);
      const second = await runWriter(folder, { killAfterMs });
      await checkAfter(folder, second, revision);
    });
  }
});

test('kill -9 at exact writes, syncs and deletes of the files', { skip: noTrace }, async () => {
  const calls = Array.from({ length: Math.ceil(kills / 2) }, (_, index) => 1 + index * 5);
  for (const call of calls) {
    await withFolder(async (folder) => {
      await mkdir(folder, { mode: 0o700 });
      const files = ['store.db', 'store.db-wal', 'store.db-journal'];
      const paths = files.flatMap((name) => ['-P', join(folder, name)]);
      const inject = `inject=${syscalls}:signal=KILL:when=${call}`;
      const under = ['strace', '-f', '-qq', '-o', '/dev/null', ...paths];
      const run = await runWriter(folder, {
        under: [...under, '-e', `trace=${syscalls}`, '-e', inject],
        // One thread makes the count of calls exact.
        env: { ...manyCheckpoints, UV_THREADPOOL_SIZE: '1' },
      });
      await checkAfter(folder, run, 0);
    });
  }
});

test('a write-ahead file cut in its last commits gives an earlier whole state', async () => {
  await withFolder(async (folder) => {
    // Few enough that no checkpoint has begun the file anew, however late the kill comes.
    let left = 24;
    await runWriter(folder, {
      env: { STORE_COMMITS_MAX: String(left) },
      onLine: (line, child) => {
        if (line.startsWith('ack ')) left -= 1;
        if (left === 0) child.kill('SIGKILL');
      },
    });
    const { size } = await stat(join(folder, 'store.db-wal'));
    const nobody = { acknowledged: new Map<number, string>(), lines: [], exitCode: null };
    const revisions: number[] = [];
    for (let cut = 0; cut < 12; cut += 1) {
      const copy = `${folder}-${cut}`;
      await mkdir(copy, { mode: 0o700 });
      for (const name of await readdir(folder)) {
        await copyFile(join(folder, name), join(copy, name));
      }
      // What a power cut may leave of bytes that no sync had promised yet.
      await truncate(join(copy, 'store.db-wal'), size - cut * 3_001);
      const { revision } = await checkAfter(copy, nobody, 0);
      assert.ok(revision <= (revisions.at(-1) ?? revision));
      revisions.push(revision);
    }
    assert.ok(Number(revisions[0]) === 24 && Number(revisions.at(-1)) < 24);
  });
});
