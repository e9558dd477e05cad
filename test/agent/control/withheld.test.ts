import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Alarms } from '../../../agent/alarms/alarms.ts';
import { Subscriptions, type TopicRight } from '../../../agent/control/subscriptions.ts';
import { alarmsTopic } from '../../../agent/control/topics/alarms-topic.ts';
import { AuditTail } from '../../../agent/control/topics/audit-tail.ts';
import type { Topics } from '../../../agent/control/feed.ts';
import { utf8Encode } from '../../../shared/encoding/utf8.ts';
import type { TopicUpdate } from '../../../shared/control/topics.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { waitFor } from '../../support/wait-for.ts';

interface Watcher {
  readonly alarms: Alarms;
  readonly tail: AuditTail;
  readonly subscriptions: Subscriptions;
  readonly updates: readonly TopicUpdate[];
  right: TopicRight | Error;
  /** How often the right was asked for. */
  asked: number;
}

/** A socket's subscriptions to alarms and log, whose right is what the test says. */
async function watcherOf(): Promise<Watcher> {
  const clock = new ManualClock();
  const alarms = new Alarms(clock);
  const tail = new AuditTail('node-1');
  const updates: TopicUpdate[] = [];
  const topics = { alarms: alarmsTopic({ alarms, clock, node: 'node-1' }), audit: tail };
  const subscriptions = new Subscriptions({
    topics: topics as unknown as Topics,
    rightTo: async () => {
      watcher.asked += 1;
      if (watcher.right instanceof Error) throw watcher.right;
      return watcher.right;
    },
    send: (update) => updates.push(update),
    isSlow: () => false,
    onError: () => undefined,
  });
  const watcher: Watcher = { alarms, tail, subscriptions, updates, right: 'granted', asked: 0 };
  await subscriptions.subscribe('alarms');
  await subscriptions.subscribe('audit');
  return watcher;
}

const asked = (watcher: Watcher, times: number): Promise<boolean> =>
  waitFor(`question ${times} for the right`, () => watcher.asked === times);

const openIds = (updates: readonly TopicUpdate[]): readonly string[] => {
  const last = updates.findLast(({ topic }) => topic === 'alarms');
  return last?.topic === 'alarms' ? last.snapshot.open.map(({ id }) => id) : [];
};

const outcomes = ['denied', 'sealed', new Error('the store failed')] as const;
for (const right of outcomes) {
  test(`an alarm raised while its reader is refused is told after it: ${String(right)}`, async (t) => {
    const watcher = await watcherOf();
    t.after(() => watcher.subscriptions.close());
    watcher.right = right;
    watcher.alarms.raise('audit-down', 'critical', 'No device can write.', 'audit-down');
    await asked(watcher, 1);
    watcher.subscriptions.retry();
    await asked(watcher, 2);
    assert.deepEqual(watcher.updates, []);
    watcher.right = 'granted';
    watcher.subscriptions.retry();
    await waitFor('an update', () => watcher.updates.length === 1);
    assert.deepEqual(openIds(watcher.updates), ['audit-down']);
  });
}

test('what is withheld is asked for only when somebody says so, however much comes', async (t) => {
  const watcher = await watcherOf();
  t.after(() => watcher.subscriptions.close());
  watcher.right = 'sealed';
  watcher.alarms.raise('audit-down', 'critical', 'No device can write.', 'audit-down');
  await asked(watcher, 1);
  watcher.alarms.clear('audit-down');
  watcher.tail.written(utf8Encode('{"index":0}\n'), 1);
  await asked(watcher, 2);
  assert.deepEqual(watcher.updates, []);
});

test('each line of a time without a right is given up, however soon the right comes back', async (t) => {
  const watcher = await watcherOf();
  t.after(() => watcher.subscriptions.close());
  watcher.right = 'denied';
  for (const index of [0, 1]) {
    watcher.tail.written(utf8Encode(`{"index":${index}}\n`), index + 1);
    await asked(watcher, index + 1);
  }
  watcher.right = 'granted';
  watcher.tail.written(utf8Encode('{"index":2}\n'), 3);
  await waitFor('an update', () => watcher.updates.length === 1);
  assert.deepEqual(watcher.updates, [
    { sequence: 1, topic: 'audit', lines: ['{"index":2}'], dropped: 2 },
  ]);
});

test('lines written while sealed come after it; those of a time without a right do not', async (t) => {
  const watcher = await watcherOf();
  t.after(() => watcher.subscriptions.close());
  watcher.right = 'sealed';
  watcher.tail.written(utf8Encode('{"index":0}\n'), 1);
  await asked(watcher, 1);
  watcher.right = 'denied';
  watcher.subscriptions.retry();
  await asked(watcher, 2);
  watcher.right = 'sealed';
  watcher.tail.written(utf8Encode('{"index":1}\n'), 2);
  watcher.subscriptions.retry();
  await asked(watcher, 3);
  watcher.right = 'granted';
  watcher.subscriptions.retry();
  await waitFor('an update', () => watcher.updates.length === 1);
  assert.deepEqual(watcher.updates, [
    { sequence: 1, topic: 'audit', lines: ['{"index":1}'], dropped: 1 },
  ]);
});
