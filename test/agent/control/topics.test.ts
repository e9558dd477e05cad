import assert from 'node:assert/strict';
import { test } from 'node:test';
import { snapshotOf } from '../../../console/client/control-shapes.ts';
import { topicNames } from '../../../shared/control/topics.ts';
import { Alarms } from '../../../agent/alarms/alarms.ts';
import { alarmsTopic } from '../../../agent/control/topics/alarms-topic.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { startAgent } from './control-harness.ts';

test('the state of each topic has the shape that consoles check', async (t) => {
  const agent = await startAgent(t);
  const { rootToken } = await agent.unsealed();
  const console = await agent.dial({ token: rootToken });
  for (const topic of topicNames) {
    const { snapshot } = await console.call('subscribe', { topic });
    snapshotOf(topic)(snapshot as never, topic);
    assert.equal(snapshot.kind, topic);
  }
  for (const topic of ['cluster', 'metrics'] as const) {
    const { snapshot } = await console.update(topic);
    snapshotOf(topic)(snapshot as never, topic);
  }
});

test('a node says when the first of its certificates runs out', async (t) => {
  const agent = await startAgent(t);
  const console = await agent.dial();
  const { snapshot } = await console.call('subscribe', { topic: 'cluster' });
  assert.ok(snapshot.kind === 'cluster');
  const [node] = snapshot.nodes;
  const { authorityPath } = agent.agent;
  assert.ok(authorityPath !== undefined);
  const daysLeft = ((node?.certificateUntilMs ?? 0) - Date.now()) / 86_400_000;
  assert.ok(daysLeft > 1, `${daysLeft} days are left`);
});

test('figures are rates of the time that somebody watched', async (t) => {
  const agent = await startAgent(t);
  const { rootToken } = await agent.unsealed();
  const console = await agent.dial({ token: rootToken });
  await console.call('subscribe', { topic: 'metrics' });
  await console.update('metrics');
  for (let count = 0; count < 20; count += 1) {
    await agent.call('PUT', '/v1/sys/policies/acl/a', {
      token: rootToken,
      body: { policy: `path "a${count}" { capabilities = ["read"] }` },
    });
  }
  const { snapshot } = await console.update('metrics', ({ snapshot: { samples } }) =>
    samples.some(({ agent: figures }) => figures.requestsPerSecond > 0),
  );
  const figures = snapshot.samples[0]?.agent;
  assert.ok(figures !== undefined);
  assert.ok(figures.commitsPerSecond > 0);
  assert.ok(figures.auditRecordsPerSecond > figures.commitsPerSecond);
  assert.ok(figures.requestP99Ms >= figures.requestP50Ms && figures.requestP50Ms > 0);
  assert.ok(figures.residentBytes > 10_000_000);
  assert.ok(figures.connections >= 1);
});

test('how many consoles there are is a metric', async (t) => {
  const agent = await startAgent(t);
  const { rootToken: token } = await agent.unsealed();
  await agent.dial();
  await agent.dial({ transport: 'unix' });
  const { text } = await agent.call('GET', '/v1/sys/metrics', { token });
  assert.match(text, /^strongbox_control_sockets 2$/mu);
  assert.match(text, /^strongbox_control_unsent 0$/mu);
});

test('the host is sampled while somebody watches', async (t) => {
  const agent = await startAgent(t);
  const { rootToken } = await agent.unsealed();
  const console = await agent.dial({ token: rootToken });
  await console.call('subscribe', { topic: 'metrics' });
  const { snapshot } = await console.update('metrics', ({ snapshot: { samples } }) =>
    samples.some(({ host }) => host !== undefined),
  );
  assert.ok((snapshot.samples[0]?.host?.memoryTotalBytes ?? 0) > 0);
});

test('an unsubscribed topic sends no more, and subscribed anew counts from 1', async (t) => {
  const agent = await startAgent(t);
  await agent.unsealed();
  const console = await agent.dial();
  await console.call('subscribe', { topic: 'cluster' });
  await console.update('cluster', ({ sequence }) => sequence === 2);
  assert.deepEqual(await console.call('unsubscribe', { topic: 'cluster' }), { topic: 'cluster' });
  await console.call('unsubscribe', { topic: 'cluster' });
  const seen = console.updates.length;
  const other = await agent.dial();
  await other.call('subscribe', { topic: 'cluster' });
  await other.update('cluster', ({ sequence }) => sequence === 2);
  assert.equal(console.updates.length, seen);

  console.updates.splice(0);
  await console.call('subscribe', { topic: 'cluster' });
  assert.equal((await console.update('cluster')).sequence, 1);
});

test('alarms that were cleared are shown for a while, the newest first', async () => {
  const clock = new ManualClock();
  const alarms = new Alarms(clock);
  const topic = alarmsTopic({ alarms, clock, node: 'node-1' });
  let woken = 0;
  const feed = topic.open(() => {
    woken += 1;
  });
  alarms.raise('disk-nearly-full:data', 'warning', 'The disk is nearly full.', 'disk-nearly-full');
  alarms.raise('audit-down', 'critical', 'No device can write.', 'audit-down');
  assert.equal(woken, 2);
  const standing = await feed.first();
  assert.ok(standing.kind === 'alarms');
  assert.deepEqual(
    standing.open.map(({ id }) => id),
    ['audit-down', 'disk-nearly-full:data'],
  );
  assert.match(standing.open[0]?.runbook ?? '', /^Give a device .*runbooks\.md, audit-down\)\.$/u);
  alarms.clear('disk-nearly-full:data');
  alarms.clear('audit-down');
  const snapshot = await feed.first();
  assert.ok(snapshot.kind === 'alarms');
  assert.deepEqual(snapshot.open, []);
  assert.deepEqual(
    snapshot.cleared.map(({ id, node }) => [id, node]),
    [
      ['audit-down', 'node-1'],
      ['disk-nearly-full:data', 'node-1'],
    ],
  );
  feed.close();
  alarms.raise('audit-down', 'critical', 'No device can write.', 'audit-down');
  assert.equal(woken, 4);
});
