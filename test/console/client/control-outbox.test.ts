import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ControlEvent } from '../../../console/client/control-events.ts';
import { ControlOutbox } from '../../../console/client/control-outbox.ts';
import { waitFor } from '../../support/wait-for.ts';

function heard(silentMs: number): ControlEvent {
  return { kind: 'heard', silentMs };
}

function linesOf(from: number, count: number): ControlEvent {
  const lines = Array.from({ length: count }, (_, index) => `line ${from + index}`);
  return { kind: 'audit', lines, dropped: 0 };
}

test('of a state the newest is kept, and batches wait for each other', async () => {
  const batches: (readonly ControlEvent[])[] = [];
  const outbox = new ControlOutbox((events) => batches.push(events));
  outbox.put(heard(1));
  outbox.put(heard(2));
  await waitFor('the first batch', () => batches.length === 1);
  assert.deepEqual(batches, [[heard(2)]]);
  for (let silentMs = 3; silentMs < 1_000; silentMs += 1) outbox.put(heard(silentMs));
  outbox.put({ kind: 'link', link: { kind: 'live' } });
  await new Promise((resolve) => setTimeout(resolve, 150));
  assert.equal(batches.length, 1, 'nothing before the first batch was taken');
  outbox.acknowledge();
  await waitFor('the second batch', () => batches.length === 2);
  assert.deepEqual(batches[1], [heard(999), { kind: 'link', link: { kind: 'live' } }]);
  outbox.stop();
});

test('audit lines are bounded: the oldest go, and are counted', async () => {
  const batches: (readonly ControlEvent[])[] = [];
  const outbox = new ControlOutbox((events) => batches.push(events));
  for (let from = 0; from < 3_000; from += 100) outbox.put(linesOf(from, 100));
  await waitFor('the batch', () => batches.length === 1);
  const [event] = batches[0] ?? [];
  assert.ok(event?.kind === 'audit');
  assert.equal(event.dropped, 1_000);
  assert.equal(event.lines.length, 2_000);
  assert.equal(event.lines[0], 'line 1000');
  assert.equal(event.lines.at(-1), 'line 2999');
  outbox.stop();
});

test('CVE-2021-38554: lines that wait are not shown to whoever is known after them', async () => {
  const batches: (readonly ControlEvent[])[] = [];
  const outbox = new ControlOutbox((events) => batches.push(events));
  outbox.put(linesOf(0, 10));
  const identity: ControlEvent = { kind: 'identity', state: { kind: 'anonymous' } };
  outbox.put(identity);
  await waitFor('the batch', () => batches.length === 1);
  assert.deepEqual(batches[0], [identity]);
  outbox.stop();
});

test('why a token has ended is told, however soon nobody is known', async () => {
  const batches: (readonly ControlEvent[])[] = [];
  const outbox = new ControlOutbox((events) => batches.push(events));
  const problem = { code: 'c', status: 502, message: 'revoked' };
  const refused: ControlEvent = { kind: 'identity', state: { kind: 'refused', problem } };
  const nobody: ControlEvent = { kind: 'identity', state: { kind: 'anonymous' } };
  outbox.put(nobody);
  outbox.put(refused);
  outbox.put(nobody);
  await waitFor('the batch', () => batches.length === 1);
  assert.deepEqual(batches[0], [refused, nobody]);
  outbox.stop();
});

test('a few very long lines are bounded by their characters', async () => {
  const batches: (readonly ControlEvent[])[] = [];
  const outbox = new ControlOutbox((events) => batches.push(events));
  const long = 'x'.repeat(1_500_000);
  outbox.put({ kind: 'audit', lines: [long, long, long, 'last'], dropped: 3 });
  await waitFor('the batch', () => batches.length === 1);
  const [event] = batches[0] ?? [];
  assert.ok(event?.kind === 'audit');
  assert.equal(event.dropped, 4);
  assert.equal(event.lines.length, 3);
  assert.equal(event.lines.at(-1), 'last');
  outbox.stop();
});
