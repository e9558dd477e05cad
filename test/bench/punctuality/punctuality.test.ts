/**
 * The storage thread is punctual whatever the other one does. Judged generously, and beside a
 * process that does nothing: the bench prints the figures.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { punctualityRows } from './punctuality.ts';

const latenessP99MsMax = 100;

test('the storage thread is on time under load, beside a blocked thread, and slow jobs', async () => {
  const names: string[] = [];
  for await (const { name, storage, bare } of punctualityRows(2)) {
    names.push(name);
    console.log(`${name}: p99 ${storage.p99Ms.toFixed(1)} ms, bare ${bare.p99Ms.toFixed(1)} ms`);
    assert.ok(storage.samples >= 50, `${name}: the meter ran`);
    const limitMs = latenessP99MsMax + 2 * bare.p99Ms;
    assert.ok(storage.p99Ms <= limitMs, `${name}: ${JSON.stringify({ storage, bare })}`);
  }
  assert.equal(names.length, 3);
});
