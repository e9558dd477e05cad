import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  refusalsAheadMax,
  refusalTrickleConnections,
  refusalTrickleMs,
  servedRequestsPerRefusal,
} from '../../../../agent/http/admission/limits.ts';
import { RefusalPace } from '../../../../agent/http/admission/refusal-pace.ts';

/** A pace whose refusals ahead are used up, and the names of those it woke. */
function spentPace() {
  const pace = new RefusalPace();
  const woken: number[] = [];
  for (let count = 0; count < refusalsAheadMax; count += 1) {
    assert.ok(pace.mayReadOn(() => assert.fail('it did not rest')));
  }
  const rest = (name: number): boolean => pace.mayReadOn(() => woken.push(name));
  return { pace, woken, rest };
}

/** So many that it wakes `count` connections. */
function serveFor(pace: RefusalPace, count: number): void {
  for (let served = 0; served < count * servedRequestsPerRefusal; served += 1) pace.served();
}

test('beyond those ahead, every few requests that are served wake one connection, in order', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { pace, woken, rest } = spentPace();
  for (const name of [1, 2, 3]) assert.equal(rest(name), false);
  serveFor(pace, 1);
  assert.deepEqual(woken, [1]);
  for (let served = 1; served < servedRequestsPerRefusal; served += 1) pace.served();
  assert.deepEqual(woken, [1]);
  pace.served();
  assert.deepEqual(woken, [1, 2]);
  assert.equal(pace.resting, 1);
});

test('what is served while nobody rests is room for refusals at once, up to the most', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { pace, rest } = spentPace();
  for (let count = 0; count < 3 * refusalsAheadMax; count += 1) pace.served();
  for (let count = 0; count < refusalsAheadMax; count += 1) assert.equal(rest(count), true);
  assert.equal(rest(0), false);
});

test('where nothing is served, some are woken again and again until nobody rests', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { pace, woken, rest } = spentPace();
  const count = 2 * refusalTrickleConnections + 1;
  for (let name = 0; name < count; name += 1) rest(name);
  t.mock.timers.tick(refusalTrickleMs);
  assert.equal(woken.length, refusalTrickleConnections);
  t.mock.timers.tick(refusalTrickleMs);
  t.mock.timers.tick(refusalTrickleMs);
  assert.equal(woken.length, count);
  assert.equal(pace.resting, 0);
  pace.served();
  assert.equal(rest(count), true, 'what was served is room again');
  assert.equal(rest(count), false, 'a rest begins its trickle again');
  t.mock.timers.tick(refusalTrickleMs);
  assert.equal(woken.at(-1), count);
});

test('where little is served, nobody waits longer than where nothing is', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { pace, woken, rest } = spentPace();
  const count = 3 * refusalTrickleConnections;
  for (let name = 0; name < count; name += 1) rest(name);
  for (let turn = 1; turn <= 3; turn += 1) {
    serveFor(pace, 1);
    t.mock.timers.tick(refusalTrickleMs);
    assert.equal(woken.length, turn * refusalTrickleConnections);
  }
  assert.equal(pace.resting, 0);
});

test('a connection that closes while it rests costs no other one its turn', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { pace, woken, rest } = spentPace();
  const gone = (): void => assert.fail('it is closed');
  assert.equal(pace.mayReadOn(gone), false);
  rest(1);
  pace.forget(gone);
  assert.equal(pace.resting, 1);
  serveFor(pace, 1);
  assert.deepEqual(woken, [1]);
});

test('one that is refused again as it wakes goes to the end', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { pace } = spentPace();
  const woken: string[] = [];
  const again = (): void => {
    woken.push('again');
    pace.mayReadOn(() => woken.push('last'));
  };
  pace.mayReadOn(again);
  pace.mayReadOn(() => woken.push('next'));
  serveFor(pace, 3);
  assert.deepEqual(woken, ['again', 'next', 'last']);
});
