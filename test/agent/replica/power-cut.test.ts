/**
 * Power cuts, simulated: what a store wrote, synced and acknowledged is recorded from its system
 * calls, from the empty folder on, and played up to some moment. What no sync had promised is then
 * lost, torn or reordered by chance, and the store must open with every acknowledged commit, each
 * of them whole. A cut is told by its seed. STRONGBOX_TEST_CUTS makes it longer.
 */
import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { type DiskStep, parseTrace, traceInto } from '../../support/disk-trace.ts';
import { chanceOf, SimulatedDisk } from '../../support/power-cut.ts';
import { works } from '../../support/small-disk.ts';
import { withFolder } from './store-folder.ts';
import { checkAfter, manyCheckpoints, type Run, runWriter } from './store-witness.ts';

const cuts = Number(process.env['STRONGBOX_TEST_CUTS'] ?? 120);
/** So many that the write-ahead file is emptied and begun anew several times. */
const commits = 400;

const noTrace = works('strace', '-qq', '-o', '/dev/null', 'true')
  ? false
  : 'needs strace and the right to trace';

async function record(folder: string): Promise<readonly DiskStep[]> {
  await mkdir(folder, { mode: 0o700 });
  let left = commits;
  await runWriter(folder, {
    under: traceInto(`${folder}.trace`),
    env: { ...manyCheckpoints, UV_THREADPOOL_SIZE: '1', STORE_COMMITS_MAX: String(commits) },
    onLine: (line) => {
      const [, writer] = /^ack .*-(\d+)$/.exec(line) ?? [];
      if (writer !== undefined) left -= 1;
      // Not the tracer, which is the child: its end would leave the writer running.
      if (left === 0) process.kill(Number(writer), 'SIGKILL');
    },
  });
  return parseTrace(await readFile(`${folder}.trace`, 'utf8'), folder);
}

function acknowledgedIn(steps: readonly DiskStep[]): Run {
  const acknowledged = new Map<number, string>();
  for (const step of steps) {
    if (step.kind !== 'said') continue;
    const [, revision, stamp] = /^ack (\d+) (\S+)$/.exec(step.line) ?? [];
    if (stamp !== undefined) acknowledged.set(Number(revision), stamp);
  }
  return { acknowledged, lines: [], exitCode: null };
}

/** Makes the folder as it is after the cut, and checks it. */
async function cutAndCheck(
  folder: string,
  steps: readonly DiskStep[],
  seed: number,
): Promise<void> {
  const chance = chanceOf(seed);
  // Every third cut comes while the folder is being made.
  const range = seed % 3 === 0 ? steps.findIndex(({ kind }) => kind === 'said') : steps.length;
  const played = steps.slice(0, Math.floor(chance() * (range + 1)));
  const disk = new SimulatedDisk();
  for (const step of played) disk.play(step);
  const left = `${folder}-${seed}`;
  await mkdir(left, { mode: 0o700 });
  for (const [path, bytes] of disk.afterCut(chance)) {
    await writeFile(join(left, relative(folder, path)), bytes, { mode: 0o600 });
  }
  await checkAfter(left, acknowledgedIn(played), 0);
  await rm(left, { recursive: true });
}

test('F-13: a power cut loses no acknowledged commit and halves none', {
  skip: noTrace,
}, async () => {
  await withFolder(async (folder) => {
    const steps = await record(folder);
    assert.equal(acknowledgedIn(steps).acknowledged.size, commits);
    const syncs = steps.filter(({ kind }) => kind === 'sync') as { readonly path: string }[];
    const checkpoints = syncs.filter(({ path }) => path === join(folder, 'store.db'));
    assert.ok(checkpoints.length > 6, 'the file itself is written between the cuts');
    for (let seed = 1; seed <= cuts; seed += 1) {
      await cutAndCheck(folder, steps, seed).catch((error: unknown) => {
        throw new Error(`the cut of seed ${seed}`, { cause: error });
      });
    }
  });
});

test('a store that did not sync would be found out', { skip: noTrace }, async () => {
  await withFolder(async (folder) => {
    const steps = await record(folder);
    const readyAt = steps.findIndex(({ kind }) => kind === 'said');
    const unsynced = steps.filter(({ kind }, index) => index < readyAt || kind !== 'sync');
    let found = 0;
    for (const seed of [1, 2, 4, 5, 7]) {
      await cutAndCheck(folder, unsynced, seed).catch(() => {
        found += 1;
      });
    }
    assert.ok(found > 0);
  });
});
