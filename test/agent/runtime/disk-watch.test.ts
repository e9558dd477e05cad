import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Alarms } from '../../../agent/alarms/alarms.ts';
import { diskWatchMs } from '../../../agent/runtime/limits.ts';
import { AgentMetrics } from '../../../agent/runtime/agent-metrics.ts';
import { DiskWatch, type DiskWatchOptions } from '../../../agent/runtime/disk-watch.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { noMount, withSmallDisk } from '../../support/small-disk.ts';
import { RecordingLog } from '../http/listener-harness.ts';

const rotate = { bytes: 1, keep: 1 };

function configOf(data: string, audit: string): DiskWatchOptions['config'] {
  const path = join(audit, 'audit.log');
  return {
    node: { id: 'n', data },
    audit: [{ type: 'file', name: 'file', path, sync: 'always', rotate }],
  };
}

/** A watch whose disks are as full as the test says. */
function watchOf(used: { data: number; audit: number } | { error: Error }) {
  const clock = new ManualClock();
  const alarms = new Alarms(clock);
  const log = new RecordingLog();
  const look: DiskWatchOptions['look'] = async (path) => {
    if ('error' in used) throw used.error;
    const free = Math.round(1_000 * (1 - (path === '/data' ? used.data : used.audit)));
    return { blocks: 1_000, bfree: free, bavail: free, bsize: 4_096 };
  };
  const config = configOf('/data', '/audit');
  const watch = new DiskWatch({ config, alarms, timers: clock, log, look });
  return { clock, alarms, log, watch };
}

test('each crossing is logged once and stands as an alarm until space is ample again', async () => {
  const used = { data: 0.5, audit: 0.5 };
  const { alarms, log, watch } = watchOf(used);
  const standing = (): string[] => alarms.list().map(({ id, severity }) => `${severity} ${id}`);
  await watch.check();
  assert.deepEqual([standing(), log.lines.length], [[], 0]);
  used.data = 0.91;
  await watch.check();
  used.data = 0.905;
  await watch.check();
  assert.deepEqual(standing(), ['warning disk-nearly-full:data']);
  assert.equal(log.lines.length, 1);
  assert.match(alarms.list()[0]?.sentence ?? '', /data folder \(\/data\) is 90 % full/);
  used.audit = 0.99;
  used.data = 0.86;
  await watch.check();
  assert.deepEqual(standing(), [
    'critical disk-nearly-full:audit-file',
    'warning disk-nearly-full:data',
  ]);
  used.audit = 0.94;
  used.data = 0.84;
  await watch.check();
  assert.deepEqual(standing(), ['warning disk-nearly-full:audit-file']);
  assert.deepEqual(
    log.lines.map(({ level }) => level),
    ['warn', 'warn', 'info', 'warn'],
  );
});

test('it looks at once, then at intervals, until it is stopped', async () => {
  const used = { data: 0.95, audit: 0.5 };
  const { clock, alarms, watch } = watchOf(used);
  await watch.start();
  assert.equal(alarms.list().length, 1);
  used.data = 0.1;
  const over = new Promise<void>((resolve) => {
    alarms.onChange(resolve);
  });
  clock.advance(diskWatchMs);
  await over;
  assert.deepEqual(alarms.list(), []);
  watch.stop();
  assert.equal(clock.armedCount, 0);
});

test('a disk that cannot be looked at keeps its alarm, and is told of once', async () => {
  const used = { data: 0.95, audit: 0.5 } as { data: number; audit: number; error?: Error };
  const { alarms, log, watch } = watchOf(used);
  await watch.check();
  used.error = new Error('EIO');
  const lines = log.lines.length;
  await watch.check();
  await watch.check();
  assert.equal(log.lines.length, lines + 2, 'one line for each of the two folders');
  assert.deepEqual(watch.usage, []);
  assert.equal(alarms.list().length, 1);
});

test('the metrics show alarms, those that are over too, and the space of each folder', async () => {
  const used = { data: 0.95, audit: 0.5 };
  const { alarms, watch } = watchOf(used);
  const metrics = new AgentMetrics();
  metrics.watchAlarms(alarms);
  metrics.watchDisks(watch);
  await watch.check();
  const text = metrics.text();
  assert.match(text, /^strongbox_alarm\{alarm="disk-nearly-full:data"\} 1$/m);
  assert.match(text, /^strongbox_disk_used_ratio\{folder="data"\} 0\.95$/m);
  assert.match(text, /^strongbox_disk_free_bytes\{folder="audit-file"\} 2048000$/m);
  used.data = 0.5;
  await watch.check();
  assert.match(metrics.text(), /^strongbox_alarm\{alarm="disk-nearly-full:data"\} 0$/m);
});

test('a real disk that fills up raises its alarm', { skip: noMount }, async () => {
  await withSmallDisk(1_000_000, async (disk) => {
    const clock = new ManualClock();
    const alarms = new Alarms(clock);
    const log = new RecordingLog();
    const config = configOf(disk, tmpdir());
    const watch = new DiskWatch({ config, alarms, timers: clock, log });
    const raised = (): boolean => alarms.list().some(({ id }) => id === 'disk-nearly-full:data');
    await watch.check();
    assert.equal(raised(), false);
    await writeFile(join(disk, 'ballast'), new Uint8Array(920_000));
    await watch.check();
    assert.equal(raised(), true);
  });
});
