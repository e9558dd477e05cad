import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Alarms } from '../../../agent/alarms/alarms.ts';
import {
  alarmListenersMax,
  alarmSentenceCharactersMax,
  alarmsMax,
} from '../../../agent/alarms/limits.ts';
import { ManualClock } from '../../support/manual-clock.ts';

function makeAlarms(): { clock: ManualClock; alarms: Alarms; changes: () => number } {
  const clock = new ManualClock();
  const alarms = new Alarms(clock);
  let count = 0;
  alarms.onChange(() => {
    count += 1;
  });
  return { clock, alarms, changes: () => count };
}

const idsOf = (alarms: Alarms): string[] => alarms.list().map(({ id }) => id);

test('an alarm stands from its raising to its clearing, and each change is told once', () => {
  const { clock, alarms, changes } = makeAlarms();
  const sinceMs = clock.wallMs();
  alarms.raise('audit-down', 'critical', 'no device works', 'audit-down');
  clock.advance(1_000);
  alarms.raise('audit-down', 'critical', 'no device works', 'audit-down');
  assert.equal(changes(), 1, 'said again, it is no change');
  alarms.raise('audit-down', 'critical', 'no device works: file', 'audit-down');
  assert.equal(changes(), 2);
  assert.deepEqual(alarms.list(), [
    {
      id: 'audit-down',
      severity: 'critical',
      sentence: 'no device works: file',
      runbook: 'audit-down',
      sinceMs,
    },
  ]);
  alarms.clear('audit-down');
  alarms.clear('audit-down');
  assert.equal(changes(), 3);
  assert.deepEqual(alarms.list(), []);
});

test('critical alarms are listed first, and the oldest first among equals', () => {
  const { alarms } = makeAlarms();
  alarms.raise('a', 'warning', '1', 'disk-nearly-full');
  alarms.raise('b', 'critical', '2', 'audit-down');
  alarms.raise('c', 'warning', '3', 'disk-nearly-full');
  alarms.raise('d', 'critical', '4', 'audit-down');
  alarms.raise('a', 'warning', 'other words', 'disk-nearly-full');
  assert.deepEqual(idsOf(alarms), ['b', 'd', 'a', 'c']);
});

test('a full table lets the oldest warning go, and a critical alarm last', () => {
  const { alarms } = makeAlarms();
  for (let index = 0; index < alarmsMax - 1; index += 1) {
    alarms.raise(`critical-${index}`, 'critical', 'x', 'audit-down');
  }
  alarms.raise('warning', 'warning', 'x', 'disk-nearly-full');
  alarms.raise('further-1', 'critical', 'x', 'audit-down');
  assert.equal(alarms.list().length, alarmsMax);
  assert.ok(!idsOf(alarms).includes('warning'));
  alarms.raise('further-2', 'critical', 'x', 'audit-down');
  assert.equal(alarms.list().length, alarmsMax);
  assert.ok(!idsOf(alarms).includes('critical-0'));
  assert.ok(idsOf(alarms).includes('critical-1'));
});

test('a long sentence is cut, and an id that is too long is a fault', () => {
  const { alarms } = makeAlarms();
  alarms.raise('a', 'warning', 'x'.repeat(10_000), 'disk-nearly-full');
  assert.equal(alarms.list()[0]?.sentence.length, alarmSentenceCharactersMax);
  assert.throws(() => alarms.raise('x'.repeat(1_000), 'warning', '', 'disk-nearly-full'));
});

test('a listener hears no more after it has ended, and there are few of them', () => {
  const { alarms } = makeAlarms();
  let heard = 0;
  const end = alarms.onChange(() => {
    heard += 1;
  });
  alarms.raise('a', 'warning', 'x', 'disk-nearly-full');
  end();
  alarms.clear('a');
  assert.equal(heard, 1);
  const listen = (): unknown => alarms.onChange(() => undefined);
  for (let count = 1; count < alarmListenersMax; count += 1) listen();
  assert.throws(listen);
});
