import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Alarms } from '../../../../agent/alarms/alarms.ts';
import type { RequestKind } from '../../../../agent/http/admission/admission.ts';
import {
  overloadEndsMs,
  overloadLastsMs,
  overloadLookMs,
} from '../../../../agent/http/admission/limits.ts';
import { OverloadWatch } from '../../../../agent/http/admission/overload-watch.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { RecordingLog } from '../listener-harness.ts';

function stage() {
  const clock = new ManualClock();
  const refused: Record<RequestKind, number> = { read: 0, list: 0, write: 0, bulk: 0, control: 0 };
  const events: { event: string; details: unknown }[] = [];
  const alarms = new Alarms(clock);
  const log = new RecordingLog();
  const watch = new OverloadWatch({
    admission: {
      state: (kind) => ({ limitUnits: 1, underWayUnits: 0, refused: refused[kind] }),
    },
    alarms,
    events: {
      record: async (event, details) => {
        events.push({ event, details });
      },
    },
    clock,
    timers: clock,
    log,
  });
  watch.start();
  const pass = (ms: number, each: () => void = () => undefined): void => {
    for (let passed = 0; passed < ms; passed += overloadLookMs) {
      each();
      clock.advance(overloadLookMs);
    }
  };
  return { watch, refused, events, alarms, log, pass };
}

test('what was refused is recorded once a second, by kind, and nothing else is', async () => {
  const { watch, refused, events, pass } = stage();
  pass(5_000);
  assert.deepEqual(events, []);
  refused.read += 700;
  refused.write += 3;
  pass(1_000);
  refused.read += 1;
  pass(3_000);
  assert.deepEqual(events, [
    { event: 'requests_refused', details: { read: 700, write: 3 } },
    { event: 'requests_refused', details: { read: 1 } },
  ]);
  refused.control += 2;
  await watch.stop();
  assert.deepEqual(events.at(-1), { event: 'requests_refused', details: { control: 2 } });
  pass(5_000);
  assert.equal(events.length, 3, 'it looks no more');
});

test('an overload that lasts is an alarm, and goes when nothing is refused any more', () => {
  const { refused, alarms, log, pass } = stage();
  const refuse = (): void => {
    refused.read += 10;
  };
  pass(overloadLastsMs, refuse);
  assert.deepEqual(alarms.list(), [], 'not yet');
  pass(overloadLookMs, refuse);
  assert.deepEqual(
    alarms.list().map(({ id, severity, runbook }) => [id, severity, runbook]),
    [['overloaded', 'warning', 'overloaded']],
  );
  pass(overloadEndsMs - overloadLookMs);
  assert.equal(alarms.list().length, 1, 'it may go on');
  pass(2 * overloadLookMs);
  assert.deepEqual(alarms.list(), []);
  assert.deepEqual(
    log.lines.map(({ level, fields }) => [level, fields]),
    [
      ['warn', { refused: 10 }],
      ['info', { refused: 110, seconds: 11 }],
    ],
  );
});

test('a short burst of refusals is logged, and is no alarm', () => {
  const { refused, alarms, log, pass } = stage();
  refused.write += 5;
  pass(20_000);
  assert.deepEqual(alarms.list(), []);
  assert.equal(log.lines.length, 2);
});
