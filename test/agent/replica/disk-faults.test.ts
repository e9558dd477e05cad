/**
 * A sync that fails and a disk that is full, in a real process. Failing syncs are injected with
 * strace, the full disk is a small tmpfs (root).
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { isFailure } from '../../../shared/errors/failure.ts';
import type { Store } from '../../../src/ports/store.ts';
import { noMount, withSmallDisk, works } from '../../support/small-disk.ts';
import { createEmptyFile } from '../../../agent/replica/sqlite-file.ts';
import { put, write } from '../../conformance/store/harness.ts';
import { openStore } from './intercepted-store.ts';
import { openAt, withFolder } from './store-folder.ts';
import { checkAfter, manyCheckpoints, runWriter } from './store-witness.ts';

const noTrace = works('strace', '-qq', '-o', '/dev/null', 'true')
  ? false
  : 'needs strace and the right to trace';

/** How many syncs fail, each in a run of its own; beyond 20, every one in turn. */
const failures = Number(process.env['STRONGBOX_TEST_FAILING_SYNCS'] ?? 20);
const apart = failures > 20 ? 1 : 4;
/** Syncs of the write-ahead file, and of the store's file behind those that made it. */
const failingSyncs = [
  ...Array.from({ length: failures - 4 }, (_, at) => ['store.db-wal', 1 + at * apart] as const),
  ...Array.from({ length: 4 }, (_, index) => ['store.db', 6 + index] as const),
];

test('F-06: after a failed sync nothing more is acknowledged, and the process ends', {
  skip: noTrace,
}, async () => {
  for (const [index, [file, call]] of failingSyncs.entries()) {
    const error = index % 4 === 3 ? 'ENOSPC' : 'EIO';
    await failAndCheck(file, `error=${error}:when=${call}`).catch((cause: unknown) => {
      throw new Error(`sync ${call} of ${file}, ${error}`, { cause });
    });
  }
});

async function failAndCheck(file: string, fault: string): Promise<void> {
  await withFolder(async (folder) => {
    await mkdir(folder, { mode: 0o700 });
    const under = ['strace', '-f', '-qq', '-o', '/dev/null', '-P', join(folder, file)];
    const run = await runWriter(folder, {
      under: [...under, '-e', 'trace=fsync,fdatasync', '-e', `inject=fsync,fdatasync:${fault}`],
      env: { ...manyCheckpoints, UV_THREADPOOL_SIZE: '1' },
    });
    assert.deepEqual(
      [run.exitCode, run.lines.at(-1)],
      [9, 'fatal store.io'],
      'the last word, no acknowledgement behind it',
    );
    await checkAfter(folder, run, 0);
  });
}

test('F-05: a full disk refuses writes, serves reads, and writes again when there is space', {
  skip: noMount,
}, async () => {
  await withSmallDisk(16_000_000, async (disk) => {
    const folder = join(disk, 'data');
    const { store, close } = await openAt(folder);
    const value = new Uint8Array(200_000).fill(7);
    await write(store, put('kept', value));
    const ballast = join(disk, 'ballast');
    await writeFile(ballast, new Uint8Array(8_000_000));
    let acknowledged = 1;
    // A refusal makes room where a checkpoint can: full is what refuses again and again.
    for (let refused = 0; refused < 4; ) {
      const outcome = await refusalOf(write(store, put('filler', value)));
      acknowledged += outcome === undefined ? 1 : 0;
      refused = outcome === undefined ? 0 : refused + 1;
      assert.ok(acknowledged < 100, 'the disk is full some time');
    }
    const got = await store.get([{ key: 'kept' }, { key: 'filler' }]);
    assert.equal(got.revision, acknowledged);
    assert.ok(got.results.every((result) => result.kind === 'entry'));
    await rm(ballast);
    assert.equal(await write(store, put('after', value)), acknowledged + 1);
    await close();
    const again = await openAt(folder);
    assert.equal((await again.store.get([])).revision, acknowledged + 1);
    await again.close();
  });
});

test('F-05: a full disk loses nothing that was acknowledged, also over a kill', {
  skip: noMount,
}, async () => {
  await withSmallDisk(3_000_000, async (disk) => {
    const folder = join(disk, 'data');
    let refusals = 0;
    const run = await runWriter(folder, {
      onLine: (line, child) => {
        if (line === 'refused store.disk-full') refusals += 1;
        if (refusals === 40) child.kill('SIGKILL');
      },
    });
    assert.ok(run.acknowledged.size > 100);
    assert.ok(!run.lines.some((line) => line.startsWith('fatal')));
    const ballastless = `${disk}-copy`;
    execFileSync('cp', ['-a', folder, ballastless]);
    await checkAfter(ballastless, run, 0);
    await rm(ballastless, { recursive: true });
  });
});

test('F-05: a write-ahead file that finds no room begins anew in the room that it has', {
  skip: noMount,
}, async () => {
  await withSmallDisk(600_000, async (disk) => {
    const path = join(disk, 'store.db');
    await createEmptyFile(path);
    // So many that the file itself has all the pages that it will need.
    const first = await openStore(path, undefined, { historyRevisionsMax: 4 });
    assert.equal(await refusedOf(first.store, 8), 0);
    await first.store.close();
    const { store, fatal } = await openStore(path, undefined, { historyRevisionsMax: 4 });
    try {
      const refused = await refusedOf(store, 100);
      assert.ok(refused > 0, 'there is no room for so many pages');
      assert.ok(refused < 34, `one write in a while is refused, not ${refused} of 100`);
      assert.deepEqual(fatal, []);
    } finally {
      await store.close();
    }
  });
});

/** Writes one entry again and again, and counts how often there was no room. */
async function refusedOf(store: Store, writes: number): Promise<number> {
  const value = new Uint8Array(20_000).fill(7);
  let refused = 0;
  for (let count = 0; count < writes; count += 1) {
    if ((await refusalOf(write(store, put('again', value)))) !== undefined) refused += 1;
  }
  return refused;
}

/** Why a write was refused, which can only be the full disk; undefined if it was not. */
async function refusalOf(written: Promise<number>): Promise<unknown> {
  try {
    await written;
    return undefined;
  } catch (error) {
    if (isFailure(error, 'store.disk-full')) return error;
    throw error;
  }
}
