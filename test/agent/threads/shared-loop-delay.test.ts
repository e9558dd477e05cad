/** How late the storage thread was, as other threads read it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loopDelayWindowsKept } from '../../../agent/threads/limits.ts';
import { SharedLoopDelay } from '../../../agent/threads/shared-loop-delay.ts';

test('each reader is told the worst since it last looked, and at least the newest', () => {
  const measured = new SharedLoopDelay();
  const other = new SharedLoopDelay(measured.memory);
  const often = other.reader();
  const seldom = other.reader();
  assert.equal(often(), 0);
  measured.tell(7.5);
  assert.equal(often(), 7.5);
  measured.tell(1.25);
  assert.equal(often(), 1.25);
  assert.equal(often(), 1.25);
  measured.tell(2);
  assert.equal(seldom(), 7.5);
  assert.equal(seldom(), 2);
});

test('who looks after hours is told the worst of the last minutes', () => {
  const measured = new SharedLoopDelay();
  const read = measured.reader();
  measured.tell(900);
  measured.tell(50);
  for (let window = 1; window < loopDelayWindowsKept; window += 1) measured.tell(1);
  assert.equal(read(), 50);
});

test('a delay longer than a cell can hold is the longest that it can', () => {
  const measured = new SharedLoopDelay();
  const read = measured.reader();
  measured.tell(1e9);
  assert.ok(read() > 2_000_000);
});
