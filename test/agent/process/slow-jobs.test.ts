import assert from 'node:assert/strict';
import { test } from 'node:test';

import { slowJobsRunningMax, slowJobsWaitingMax } from '../../../agent/process/limits.ts';
import { SlowJobs } from '../../../agent/process/slow-jobs.ts';
import { isFailure } from '../../../shared/errors/failure.ts';

/** A job that runs until it is told to end. */
function heldJob(started: number[], name: number): { job: () => Promise<number>; end: () => void } {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const job = async (): Promise<number> => {
    started.push(name);
    await ended;
    return name;
  };
  return { job, end };
}

test('a few jobs run, the next wait in order, and one too many is refused', async () => {
  const jobs = new SlowJobs();
  const started: number[] = [];
  const held = Array.from({ length: slowJobsRunningMax + slowJobsWaitingMax }, (_, name) =>
    heldJob(started, name),
  );
  const results = held.map(({ job }) => jobs.run(job));
  await Promise.resolve();
  assert.deepEqual(started, [0, 1].slice(0, slowJobsRunningMax));
  await assert.rejects(
    jobs.run(() => Promise.resolve(0)),
    (error) => isFailure(error, 'runtime.overloaded'),
  );
  for (const { end } of held) end();
  const expected = held.map((_, name) => name);
  assert.deepEqual(await Promise.all(results), expected);
  assert.deepEqual(started, expected);
});

test('never do more run than the limit, also when jobs fail', async () => {
  const jobs = new SlowJobs();
  let running = 0;
  let most = 0;
  const job = async (fails: boolean): Promise<void> => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    if (fails) throw new Error('as planned');
  };
  const outcomes = await Promise.allSettled(
    Array.from({ length: 40 }, (_, index) => jobs.run(() => job(index % 3 === 0))),
  );
  assert.equal(most, slowJobsRunningMax);
  assert.equal(outcomes.filter(({ status }) => status === 'rejected').length, 14);
  await jobs.run(() => job(false));
});

test('a job that throws at once gives its place back', async () => {
  const jobs = new SlowJobs();
  for (let round = 0; round < slowJobsRunningMax + 1; round += 1) {
    await assert.rejects(
      jobs.run(() => {
        throw new Error('at once');
      }),
      /at once/,
    );
  }
  assert.equal(await jobs.run(() => Promise.resolve(7)), 7);
});
