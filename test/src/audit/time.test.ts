import assert from 'node:assert/strict';
import { test } from 'node:test';

import { AuditClock, auditTime } from '../../../src/audit/time.ts';
import { ManualClock } from '../../support/manual-clock.ts';

test('the time of a record is RFC 3339 with milliseconds', () => {
  assert.equal(auditTime(0), '1970-01-01T00:00:00.000Z');
  assert.equal(auditTime(1_893_456_000_123.9), '2030-01-01T00:00:00.123Z');
  assert.equal(auditTime(-1), '1970-01-01T00:00:00.000Z');
});

test('the clock of records tells each moment, also one that the host’s clock goes back to', () => {
  const clock = new ManualClock();
  const records = new AuditClock(clock);
  for (const step of [0, 0, 1, 999, -500, 0, -1]) {
    clock.jumpWall(step);
    assert.equal(records.now(), auditTime(clock.wallMs()));
  }
});
