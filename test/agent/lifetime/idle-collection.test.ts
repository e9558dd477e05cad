import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectWhenIdle } from '../../../agent/lifetime/idle-collection.ts';
import {
  collectedBytesLeast,
  idleLookMs,
  idlePercentMost,
} from '../../../agent/lifetime/limits.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const aliveBytes = 30_000_000;

/** A thread of which heap and business are set by hand. */
function thread(idleLooks = 1) {
  const clock = new ManualClock();
  const state = { bytes: aliveBytes, utilization: 0, collections: 0 };
  const ports = {
    timers: clock,
    takeUtilization: () => state.utilization,
    heapBytes: () => state.bytes,
    collect: () => {
      state.collections += 1;
      state.bytes = aliveBytes;
    },
  };
  const end = collectWhenIdle(ports, idleLooks);
  const look = (): void => clock.advance(idleLookMs);
  return { state, look, end };
}

test('a heap that has grown is collected when its thread is idle, and once', () => {
  const { state, look, end } = thread();
  look();
  assert.equal(state.collections, 0, 'nothing has grown');
  state.bytes += collectedBytesLeast;
  state.utilization = (idlePercentMost + 1) / 100;
  look();
  assert.equal(state.collections, 0, 'the thread is busy');
  state.utilization = 0;
  look();
  look();
  assert.equal(state.collections, 1);
  end();
});

test('a heap that has shrunk again is collected, too: V8 keeps its pages', () => {
  const { state, look } = thread();
  state.bytes += collectedBytesLeast;
  state.utilization = 1;
  look();
  state.bytes = aliveBytes;
  state.utilization = 0;
  look();
  assert.equal(state.collections, 1);
});

test('growth below the limit is left to the platform', () => {
  const { state, look } = thread();
  state.bytes += collectedBytesLeast - 1;
  look();
  assert.equal(state.collections, 0);
});

test('a thread that must be punctual waits until it has been idle for several looks in a row', () => {
  const { state, look } = thread(3);
  state.bytes += collectedBytesLeast;
  look();
  look();
  state.utilization = 1;
  look();
  state.utilization = 0;
  look();
  look();
  assert.equal(state.collections, 0);
  look();
  assert.equal(state.collections, 1);
});
