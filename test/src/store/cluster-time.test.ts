import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { clusterTimeJumpMsMax } from '../../../src/limits.ts';
import { advanceClusterTime, ClusterClock } from '../../../src/store/cluster-time.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const dayMs = 86_400_000;
const milliseconds = fc.integer({ min: 0, max: 40 * dayMs });

test('cluster time moves by what passed, plus at most one jump towards the target', () => {
  fc.assert(
    fc.property(
      milliseconds,
      milliseconds,
      milliseconds,
      milliseconds,
      (previous, elapsed, target, jump) => {
        const next = advanceClusterTime(previous, elapsed, target, jump);
        assert.ok(next >= previous + elapsed, 'never slower than time passes');
        assert.ok(next <= previous + elapsed + jump, 'never more than one jump ahead of it');
        assert.ok(next <= Math.max(previous + elapsed, target), 'never jumps beyond the target');
      },
    ),
  );
});

test('cluster time never goes back, whatever the wall clock does and whoever asks', () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('pass' as const),
      ms: fc.double({ min: 0, max: dayMs, noNaN: true }),
    }),
    fc.record({ kind: fc.constant('step' as const), ms: fc.integer({ min: -dayMs, max: dayMs }) }),
    fc.record({
      kind: fc.constantFrom('read' as const, 'stamp' as const, 'restart' as const),
      ms: fc.constant(0),
    }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const clock = new ManualClock();
      let time = new ClusterClock(clock, undefined);
      let newest = time.stampMs();
      for (const { kind, ms } of steps) {
        if (kind === 'pass') clock.advance(ms);
        else if (kind === 'step') clock.jumpWall(ms);
        else if (kind === 'restart') time = new ClusterClock(clock, newest);
        const now = kind === 'stamp' ? time.stampMs() : time.readMs();
        assert.ok(Number.isSafeInteger(now));
        assert.ok(now >= newest);
        newest = now;
      }
    }),
  );
});

test('F-11: a step of the wall clock by a day while the agent runs changes nothing', () => {
  for (const stepMs of [dayMs, -dayMs]) {
    const clock = new ManualClock();
    const time = new ClusterClock(clock, undefined);
    const start = time.stampMs();
    clock.advance(5_000);
    clock.jumpWall(stepMs);
    assert.equal(time.stampMs(), start + 5_000);
    clock.advance(60_000);
    assert.equal(time.readMs(), start + 65_000);
    assert.equal(time.stampMs(), start + 65_000);
  }
});

test('an idle agent sees time pass without a commit', () => {
  const clock = new ManualClock();
  const time = new ClusterClock(clock, undefined);
  const start = time.readMs();
  clock.advance(3 * dayMs);
  assert.equal(time.readMs(), start + 3 * dayMs);
});

test('time spent stopped counts: up to the cap at once, the rest with further stamps', () => {
  const clock = new ManualClock();
  const stoppedMs = 3 * clusterTimeJumpMsMax + 1_000;
  const persisted = clock.wallMs() - stoppedMs;
  const time = new ClusterClock(clock, persisted);
  assert.equal(time.readMs(), persisted + clusterTimeJumpMsMax);
  assert.equal(time.stampMs(), persisted + 2 * clusterTimeJumpMsMax);
  assert.equal(time.stampMs(), persisted + 3 * clusterTimeJumpMsMax);
  assert.equal(time.stampMs(), clock.wallMs());
  assert.equal(time.stampMs(), clock.wallMs());
});

test('an idle agent catches up, too, with one stamp a second', () => {
  const clock = new ManualClock();
  const persisted = clock.wallMs() - 3 * clusterTimeJumpMsMax;
  const time = new ClusterClock(clock, persisted);
  clock.advance(999);
  assert.equal(time.readMs(), persisted + clusterTimeJumpMsMax + 999);
  clock.advance(1);
  assert.equal(time.readMs(), persisted + 2 * clusterTimeJumpMsMax + 1_000);
  clock.advance(1_000);
  assert.equal(time.readMs(), clock.wallMs());
});

test('a clock that was far ahead at the start and is put right pulls no further', () => {
  const clock = new ManualClock();
  const persisted = clock.wallMs();
  clock.jumpWall(3_650 * dayMs);
  const time = new ClusterClock(clock, persisted);
  clock.jumpWall(-3_650 * dayMs);
  assert.equal(time.stampMs(), persisted + clusterTimeJumpMsMax);
  assert.equal(time.stampMs(), persisted + clusterTimeJumpMsMax);
});

test('a clock that was set back while the agent was stopped does not take time back', () => {
  const clock = new ManualClock();
  const persisted = clock.wallMs();
  clock.jumpWall(-dayMs);
  const time = new ClusterClock(clock, persisted);
  assert.equal(time.readMs(), persisted);
  clock.advance(10);
  assert.equal(time.stampMs(), persisted + 10);
});

test('time is owed once it was handed out beyond what is persisted, and only then', () => {
  const clock = new ManualClock();
  const persisted = clock.wallMs();
  const time = new ClusterClock(clock, persisted);
  clock.advance(5_000);
  assert.equal(time.owedMs, undefined, 'nobody was told');
  const told = time.readMs();
  assert.equal(time.owedMs, told);
  clock.advance(5_000);
  assert.equal(time.owedMs, told, 'what passed since is not owed');
  time.persisted(told);
  assert.equal(time.owedMs, undefined);
  const stamped = time.stampMs();
  assert.equal(time.owedMs, stamped, 'nor is a stamp kept before it is written');
  const later = time.readMs() + 0;
  time.persisted(stamped);
  assert.equal(time.owedMs, later > stamped ? later : undefined);
});

test('a new store owes what it tells', () => {
  const clock = new ManualClock();
  const time = new ClusterClock(clock, undefined);
  assert.equal(time.owedMs, undefined);
  assert.equal(time.readMs(), time.owedMs);
});
