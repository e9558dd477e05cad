import assert from 'node:assert/strict';
import { test } from 'node:test';

import { dutyIntervalMsMax } from '../../../src/core/limits.ts';
import { type CoreHarness, unsealedCore } from '../../support/core-harness.ts';

/** Lets the timers of a stretch of time run, and the duty finish what they started. */
async function pass(harness: CoreHarness, ms: number): Promise<void> {
  harness.clock.advance(ms);
  await harness.built.duties.runNow();
  await harness.built.settled();
}

function tokensLeft(harness: CoreHarness): number {
  return harness.store
    .entriesAt(harness.store.revision)
    .filter(({ key }) => key.includes('/tokens/')).length;
}

test('a token is taken away within moments of its deadline, with its index entries', async () => {
  const harness = await unsealedCore();
  await harness.createToken({ policies: ['default'], ttl: '60s' });
  await harness.createToken({ policies: ['default'], ttl: '2h' });
  await pass(harness, 59_000);
  assert.equal(tokensLeft(harness), 3);
  await pass(harness, 1_000);
  assert.equal(tokensLeft(harness), 2);
  const due = harness.store
    .entriesAt(harness.store.revision)
    .filter(({ key }) => key.includes('/due/'));
  assert.equal(due.length, 1);
});

test('the duty wakes up by itself for a deadline, also for one that comes in later', async () => {
  const harness = await unsealedCore();
  await harness.createToken({ policies: ['default'], ttl: '2h' });
  await pass(harness, 1);
  await harness.createToken({ policies: ['default'], ttl: '5s' });
  for (let step = 0; step < 20 && tokensLeft(harness) === 3; step += 1) {
    harness.clock.advance(1_000);
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
  }
  assert.equal(tokensLeft(harness), 2);
});

test('a renewed token is not taken away at its old deadline', async () => {
  const harness = await unsealedCore();
  const { client_token: token } = await harness.createToken({ policies: ['default'], ttl: '60s' });
  await pass(harness, 50_000);
  await harness.call('write', 'auth/token/renew-self', {}, { token });
  await pass(harness, 20_000);
  assert.equal(tokensLeft(harness), 2);
  await pass(harness, 60_000);
  assert.equal(tokensLeft(harness), 1);
});

test('with an expired token go its children and its cubbyhole', async () => {
  const harness = await unsealedCore();
  await harness.policy('maker', 'path "auth/token/create" { capabilities = ["update"] }');
  const wish = { policies: ['maker'], ttl: '60s' };
  const { client_token: parent } = await harness.createToken(wish);
  const { client_token: child } = await harness.createToken({ ttl: '2h' }, { token: parent });
  await harness.data('write', 'cubbyhole/a', { x: '1' }, { token: child });
  harness.clock.advance(60_000);
  const early = await harness.call('read', 'auth/token/lookup-self', undefined, { token: child });
  assert.equal(early.status, 403, 'dead before the duty has come by');
  await pass(harness, dutyIntervalMsMax);
  assert.equal(tokensLeft(harness), 1);
  const left = harness.store.entriesAt(harness.store.revision);
  assert.equal(
    left.filter(({ key }) => /\/(?:children|due|cubbyhole|intents)\//u.test(key)).length,
    0,
  );
});

test('hundreds of tokens that are due at once are all taken away, a batch at a time', async () => {
  const harness = await unsealedCore();
  for (let count = 0; count < 300; count += 1) {
    await harness.createToken({ policies: ['default'], ttl: '60s' });
  }
  await pass(harness, 61_000);
  assert.equal(tokensLeft(harness), 1);
});

test('what the duty does is recorded, and not done while it cannot be', async () => {
  const harness = await unsealedCore();
  const { accessor } = await harness.createToken({ policies: ['default'], ttl: '60s' });
  harness.device.trouble = 'full';
  await pass(harness, 61_000);
  assert.equal(tokensLeft(harness), 2);
  harness.device.trouble = 'none';
  await pass(harness, 5_000);
  await pass(harness, 5_000);
  assert.equal(tokensLeft(harness), 1);
  const duties = harness.auditLines().filter(({ type }) => type === 'duty');
  assert.equal(duties.length, 1);
  const { hash } = await harness.data('write', 'sys/audit-hash/file', { input: accessor });
  assert.deepEqual(duties[0]?.['details'], { count: 1, accessors: [hash] });
});

test('only the leader does its duty, and a leader of old changes nothing', async () => {
  const harness = await unsealedCore();
  await pass(harness, 1);
  harness.built.duties.notLead();
  await harness.createToken({ policies: ['default'], ttl: '60s' });
  await pass(harness, 61_000);
  assert.equal(tokensLeft(harness), 2);
  harness.built.duties.lead(5);
  await pass(harness, 1);
  assert.equal(tokensLeft(harness), 1);
  await harness.createToken({ policies: ['default'], ttl: '60s' });
  harness.built.duties.lead(4);
  await pass(harness, 61_000);
  assert.equal(tokensLeft(harness), 2);
  assert.match(JSON.stringify(harness.logs), /system\.duty-fenced/u);
});

test('sealed, no duty runs, and it catches up when unsealed', async () => {
  const harness = await unsealedCore();
  await harness.createToken({ policies: ['default'], ttl: '60s' });
  await harness.seal.seal();
  await pass(harness, 61_000);
  assert.equal(tokensLeft(harness), 2);
  await harness.unseal();
  await pass(harness, 1);
  assert.equal(tokensLeft(harness), 1);
});

test('tidy does at once what the duty would do', async () => {
  const harness = await unsealedCore();
  await harness.createToken({ policies: ['default'], ttl: '60s' });
  harness.clock.advance(60_000);
  const answer = await harness.call('write', 'auth/token/tidy');
  assert.equal(answer.status, 202);
  await harness.built.settled();
  assert.equal(tokensLeft(harness), 1);
});
