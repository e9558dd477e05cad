/**
 * Power cuts, simulated: what a store wrote, synced and acknowledged is recorded from its system
 * calls, and played up to some moment. What no sync had promised is then lost, torn or reordered by
 * chance, and the store must open with every acknowledged commit, each of them whole. A cut is told
 * by its seed. STRONGBOX_TEST_CUTS makes it longer.
 */
import assert from 'node:assert/strict';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { SeededRandom } from '../../support/seeded-random.ts';
import { works } from '../../support/small-disk.ts';
import {
  type Chance,
  type DiskStep,
  filesAfterCut,
  parseTrace,
  tracedCalls,
} from './disk-trace.ts';
import { withFolder } from './store-folder.ts';
import { checkAfter, type Run, runWriter } from './store-witness.ts';

const cuts = Number(process.env['STRONGBOX_TEST_CUTS'] ?? 150);
/** So many that the write-ahead file is emptied and begun anew several times. */
const commits = 400;
const storeFiles = ['store.db', 'store.db-wal'];

const noTrace = works('strace', '-qq', '-o', '/dev/null', 'true')
  ? false
  : 'needs strace and the right to trace';

interface Recorded {
  readonly folder: string;
  readonly steps: readonly DiskStep[];
  /** Where cuts may come: from `ready` on. */
  readonly readyAt: number;
}

async function record(folder: string): Promise<Recorded> {
  const log = `${folder}.trace`;
  const tracing = ['strace', '-f', '-qq', '-y', '-xx', '-s', '100000', '-o', log];
  let left = commits;
  await runWriter(folder, {
    under: [...tracing, '-e', `trace=${tracedCalls}`],
    env: { UV_THREADPOOL_SIZE: '1', STORE_COMMITS_MAX: String(commits) },
    onLine: (line) => {
      const [, writer] = /^ack .*-(\d+)$/.exec(line) ?? [];
      if (writer !== undefined) left -= 1;
      // Not the tracer, which is the child: its end would leave the writer running.
      if (left === 0) process.kill(Number(writer), 'SIGKILL');
    },
  });
  const steps = parseTrace(await readFile(log, 'utf8')).filter(
    (step) => step.kind === 'said' || storeFiles.includes(step.file),
  );
  const readyAt = steps.findIndex((step) => step.kind === 'said' && step.line === 'ready');
  assert.ok(readyAt > 0);
  return { folder, steps, readyAt };
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

function chanceOf(seed: number): Chance {
  const random = new SeededRandom(String(seed));
  return () => Buffer.from(random.bytes(4)).readUInt32BE() / 2 ** 32;
}

/** Makes the folder as it is after the cut, and checks it. */
async function cutAndCheck({ folder, steps, readyAt }: Recorded, seed: number): Promise<void> {
  const chance = chanceOf(seed);
  const played = steps.slice(0, readyAt + 1 + Math.floor(chance() * (steps.length - readyAt)));
  const left = `${folder}-${seed}`;
  await mkdir(left, { mode: 0o700 });
  for (const name of ['FORMAT', 'holder.json', 'lock']) {
    await cp(join(folder, name), join(left, name), { preserveTimestamps: true });
  }
  const files = filesAfterCut(played, chance);
  for (const name of storeFiles) {
    await writeFile(join(left, name), files.get(name) ?? '', { mode: 0o600 });
  }
  await checkAfter(left, acknowledgedIn(played), 0);
  await rm(left, { recursive: true });
}

test('a power cut loses no acknowledged commit and halves none', { skip: noTrace }, async () => {
  await withFolder(async (folder) => {
    const recorded = await record(folder);
    assert.equal(acknowledgedIn(recorded.steps).acknowledged.size, commits);
    const checkpoints = recorded.steps.filter(
      (step) => step.kind === 'sync' && step.file === 'store.db',
    );
    assert.ok(checkpoints.length > 3, 'the file itself is written between the cuts');
    for (let seed = 1; seed <= cuts; seed += 1) {
      await cutAndCheck(recorded, seed).catch((error: unknown) => {
        throw new Error(`the cut of seed ${seed}`, { cause: error });
      });
    }
  });
});

test('a store that did not sync would be found out', { skip: noTrace }, async () => {
  await withFolder(async (folder) => {
    const recorded = await record(folder);
    const { readyAt } = recorded;
    const steps = recorded.steps.filter(
      (step, index) => index < readyAt || step.kind !== 'sync' || step.file === 'store.db',
    );
    const readyNow = steps.findIndex((step) => step.kind === 'said' && step.line === 'ready');
    let found = 0;
    for (let seed = 1; seed <= 5; seed += 1) {
      await cutAndCheck({ folder, steps, readyAt: readyNow }, seed).catch(() => {
        found += 1;
      });
    }
    assert.ok(found > 0);
  });
});
