/** Lives that are no numbers, and lives longer than a timer of the platform can be. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostTimers } from '../../../agent/lifetime/host-clock.ts';
import { fieldCases, hasBody } from '../../support/route-cases.ts';
import { unsealedCore } from '../../support/core-harness.ts';

/** As they stand in a body. `""` and `null` mean that nothing was given: clients send both. */
const junk = [
  '"NaN"',
  '-1',
  '"-1"',
  '1e400',
  '"1e3"',
  '{}',
  '[]',
  '["1h"]',
  'true',
  '"0x10"',
  '9007199254740993',
  '9007199254740991',
  '"9007199254740993"',
  '1.5',
  '"1.5h"',
  '"1h "',
  '" 1h"',
  '"１h"',
  '"1h1"',
  '"Infinity"',
  '"1y"',
];

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

test('own (non-numeric TTL): a life that is no number of seconds is refused, in every field that takes one', async () => {
  const harness = await unsealedCore();
  await harness.data('write', 'sys/mounts/secret', { type: 'kv', options: { version: '2' } });
  await harness.data('write', 'sys/mounts/name', { type: 'kv' });
  const lives = fieldCases
    .filter(({ method, field, fieldSpec }) => {
      const isLife = /(?:^|_)(?:ttl|period|after)$/u.test(field);
      return hasBody(method) && (fieldSpec.type === 'duration' || isLife);
    })
    // A default of -1s switches the default of the mount off, as in Vault.
    .filter(({ field }) => field !== 'delete_version_after');
  assert.ok(lives.length >= 10, `${lives.length} fields`);
  const before = harness.store.revision;
  for (const { path, method, field } of lives) {
    for (const value of junk) {
      const body = Buffer.from(`{"type":"kv","${field}":${value}}`);
      const { status } = await harness.call(method, path, body);
      assert.equal(status, 400, `${path} ${field}=${value}`);
    }
  }
  for (const field of ['default_lease_ttl', 'max_lease_ttl']) {
    for (const value of junk) {
      const body = Buffer.from(`{"type":"kv","config":{"${field}":${value}}}`);
      const { status } = await harness.call('write', 'sys/mounts/fresh', body);
      assert.equal(status, 400, `config.${field}=${value}`);
    }
  }
  assert.equal(harness.store.revision, before, 'and nothing was changed');
});

test('own (2^31 ms timer): a life beyond 2^31 ms lasts as long as it says', async () => {
  const harness = await unsealedCore();
  const { client_token: token } = await harness.createToken({ ttl: '768h' });
  const status = async (): Promise<number> =>
    (await harness.call('read', 'auth/token/lookup-self', undefined, token)).status;
  let passedMs = 0;
  const pass = async (untilMs: number): Promise<number> => {
    harness.clock.advance(untilMs - passedMs);
    passedMs = untilMs;
    for (let turn = 0; turn < 50; turn += 1) await new Promise((done) => setImmediate(done));
    return status();
  };
  assert.equal(await pass(1_000), 200);
  assert.equal(await pass(25 * dayMs), 200);
  assert.equal(await pass(31 * dayMs), 200);
  assert.equal(await pass(32 * dayMs - 1_000), 200);
  assert.equal(await pass(32 * dayMs + 1_000), 403);
});

test('no timer of the agent is longer than an hour, where the platform would fire at once', () => {
  assert.throws(() => hostTimers.after(hourMs + 1, () => undefined), /at most an hour/u);
  assert.throws(() => hostTimers.after(2 ** 31, () => undefined), /at most an hour/u);
  hostTimers.after(hourMs, () => undefined)();
});
