import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Alarms } from '../../../agent/alarms/alarms.ts';
import { auditAlarms, endingAlarm } from '../../../agent/alarms/audit-alarms.ts';
import type { CheckpointKeeper } from '../../../src/ports/audit-device.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const message = 'what happened';

test('a device that failed is an alarm until it is back, each device for itself', () => {
  const alarms = new Alarms(new ManualClock());
  const tell = auditAlarms(alarms);
  const standing = (): string[] => alarms.list().map(({ id, severity }) => `${severity} ${id}`);
  tell({ kind: 'device-failed', message, device: 'file' });
  tell({ kind: 'device-failed', message, device: 'fifo' });
  tell({ kind: 'down', message });
  assert.deepEqual(standing(), [
    'critical audit-down',
    'warning audit-device-failed:file',
    'warning audit-device-failed:fifo',
  ]);
  tell({ kind: 'up', message });
  tell({ kind: 'device-back', message, device: 'file' });
  assert.deepEqual(standing(), ['warning audit-device-failed:fifo']);
});

test('that somebody was at the file stands, though the device works again at once', () => {
  const alarms = new Alarms(new ManualClock());
  const tell = auditAlarms(alarms);
  tell({ kind: 'device-failed', message, device: 'file' });
  tell({ kind: 'file-touched', message, device: 'file' });
  tell({ kind: 'device-back', message, device: 'file' });
  assert.deepEqual(
    alarms.list().map(({ id, severity }) => `${severity} ${id}`),
    ['critical audit-file-touched:file'],
  );
});

test('what an agent finds at its start stands until the next one', () => {
  const alarms = new Alarms(new ManualClock());
  const tell = auditAlarms(alarms);
  tell({ kind: 'recovered', message, device: 'file' });
  assert.deepEqual(alarms.list(), [], 'the unfinished record of a kill asks for nothing');
  tell({ kind: 'tail-lost', message });
  tell({ kind: 'log-unreadable', message, device: 'file' });
  assert.deepEqual(
    alarms.list().map(({ id, sentence }) => [id, sentence]),
    [
      ['audit-tail-lost', message],
      ['audit-log-unreadable:file', message],
    ],
  );
});

const keeper: CheckpointKeeper = { load: async () => undefined, save: async () => undefined };

test('a checkpoint that is kept ends the alarm of those that were not', async () => {
  const alarms = new Alarms(new ManualClock());
  auditAlarms(alarms)({ kind: 'checkpoint-not-kept', message });
  assert.equal(alarms.list().length, 1);
  const failing = { ...keeper, save: () => Promise.reject(new Error('ENOSPC')) };
  await assert.rejects(endingAlarm(failing, alarms).save(new Uint8Array()));
  assert.equal(alarms.list().length, 1);
  await endingAlarm(keeper, alarms).save(new Uint8Array());
  assert.deepEqual(alarms.list(), []);
});

test('one that was of no use at the start stays an alarm, whatever is kept after it', async () => {
  const alarms = new Alarms(new ManualClock());
  auditAlarms(alarms)({ kind: 'checkpoint-useless', message });
  await endingAlarm(keeper, alarms).save(new Uint8Array());
  assert.deepEqual(
    alarms.list().map(({ id }) => id),
    ['audit-checkpoint-useless'],
  );
});
