/**
 * Power cuts, simulated (test/support/power-cut.ts): the system calls of a trail with two files are
 * recorded and played up to some moment. What no sync had promised is lost, torn or reordered, and
 * the trail must come up, with every confirmed record in one of its logs and a chain that verifies.
 * A cut is told by its seed. STRONGBOX_TEST_CUTS makes it longer.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { entry } from '../../src/audit/support/bench-trail.ts';
import { type DiskStep, parseTrace, traceInto } from '../../support/disk-trace.ts';
import { chanceOf, SimulatedDisk } from '../../support/power-cut.ts';
import { works } from '../../support/small-disk.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { checkLogs } from './support/check-logs.ts';
import { fileDevice, realTrail } from './support/real-trail.ts';

const appender = fileURLToPath(new URL('./support/appender.ts', import.meta.url));
const cuts = Number(process.env['STRONGBOX_TEST_CUTS'] ?? 40);
/** So many that each log is rotated several times. */
const records = 1_500;
const logs = ['audit.log', 'second.log'];

const noTrace = works('strace', '-qq', '-o', '/dev/null', 'true')
  ? false
  : 'needs strace and the right to trace';

async function record(folder: string): Promise<readonly DiskStep[]> {
  const [program = '', ...tracing] = traceInto(`${folder}.trace`);
  const appending = [process.execPath, appender, folder, '0', String(records)];
  const child = spawn(program, [...tracing, ...appending], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
  });
  await once(child, 'close');
  const trace = await readFile(`${folder}.trace`, 'utf8');
  await rm(`${folder}.trace`);
  return parseTrace(trace, folder);
}

function acknowledgedIn(steps: readonly DiskStep[]): number[] {
  return steps.flatMap((step) => {
    const [, number] = (step.kind === 'said' && /^ack (\d+)$/.exec(step.line)) || [];
    return number === undefined ? [] : [Number(number)];
  });
}

/** Makes the folder as it is after the cut, lets a trail come up on it, and checks the logs. */
async function cutAndCheck(
  folder: string,
  steps: readonly DiskStep[],
  seed: number,
): Promise<void> {
  const chance = chanceOf(seed);
  const readyAt = steps.findIndex(({ kind }) => kind === 'said');
  const played = steps.slice(0, readyAt + 1 + Math.floor(chance() * (steps.length - readyAt)));
  const disk = new SimulatedDisk();
  for (const step of played) disk.play(step);
  await using left = await temporaryFolder();
  await mkdir(join(left.path, 'audit'), { mode: 0o700 });
  for (const [path, bytes] of disk.afterCut(chance)) {
    await writeFile(join(left.path, relative(folder, path)), bytes, { mode: 0o600 });
  }
  const devices = logs.map((name) => fileDevice(left.path, { name, keep: 1_000 }));
  const { trail, alarms } = await realTrail(left.path, devices);
  await trail.append(entry(1_000_000));
  await trail.stop();
  const found = alarms.filter(({ kind }) => kind !== 'recovered');
  assert.deepEqual(found, [], 'an unfinished record is all that is found');
  for (const name of logs) await checkLogs(left.path, name, acknowledgedIn(played));
}

test('F-13: a power cut loses no confirmed record, and the chain goes on', {
  skip: noTrace,
}, async () => {
  await using parent = await temporaryFolder();
  const folder = join(parent.path, 'node');
  await mkdir(folder, { mode: 0o700 });
  const steps = await record(folder);
  assert.equal(acknowledgedIn(steps).length, records);
  const renames = steps.filter(({ kind }) => kind === 'rename').length;
  assert.ok(renames > 8, 'files are rotated between the cuts');
  for (let seed = 1; seed <= cuts; seed += 1) {
    await cutAndCheck(folder, steps, seed).catch((error: unknown) => {
      throw new Error(`the cut of seed ${seed}`, { cause: error });
    });
  }
});

test('a log that did not sync would be found out', { skip: noTrace }, async () => {
  await using parent = await temporaryFolder();
  const folder = join(parent.path, 'node');
  await mkdir(folder, { mode: 0o700 });
  const steps = await record(folder);
  const readyAt = steps.findIndex(({ kind }) => kind === 'said');
  const unsynced = steps.filter(({ kind }, index) => index < readyAt || kind !== 'sync');
  let found = 0;
  for (let seed = 1; seed <= 5; seed += 1) {
    await cutAndCheck(folder, unsynced, seed).catch(() => {
      found += 1;
    });
  }
  assert.ok(found > 0);
});
