/**
 * The core of a further request thread beside the core of the first, over one store and one log.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFailure } from '../../../shared/errors/failure.ts';
import type { JsonValue } from '../../../shared/json/value.ts';
import { canonicalPath } from '../../../shared/path/canonical.ts';
import { AuditHasher } from '../../../src/audit/hasher.ts';
import { KeyringBarrier } from '../../../src/barrier/keyring-barrier.ts';
import type { CoreAnswer } from '../../../src/core/request.ts';
import { ServingCore } from '../../../src/core/serving-core.ts';
import { SecretKey } from '../../../src/crypto/secret-key.ts';
import { defaultLifetimeLimits } from '../../../src/tokens/lifetime.ts';
import {
  type CoreHarness,
  harnessEngines,
  partOf,
  unsealedCore,
} from '../../support/core-harness.ts';
import { SeededRandom } from '../../support/seeded-random.ts';

class Beside {
  readonly first: CoreHarness;
  readonly serving: ServingCore;
  readonly barrier: KeyringBarrier;

  constructor(first: CoreHarness) {
    const { store, clock, trail, fatal } = first;
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    this.first = first;
    this.barrier = new KeyringBarrier({ store, random: new SeededRandom('serving') });
    this.serving = new ServingCore({
      store,
      barrier: this.barrier,
      trail,
      auditHasher: new AuditHasher(),
      clock,
      timers: clock,
      log,
      engines: harnessEngines,
      lifetimes: defaultLifetimeLimits,
      onFatal: (error) => fatal.push(error),
    });
  }

  open(): Promise<void> {
    return this.serving.open(this.first.barrier.shareRootKey());
  }

  ask(
    method: 'read' | 'write',
    path: string,
    body?: JsonValue,
    token = this.first.rootToken,
  ): Promise<CoreAnswer> {
    return this.serving.core.handle(this.first.request(method, path, body, { token }));
  }
}

async function besideWithSecrets(): Promise<Beside> {
  const first = await unsealedCore();
  await first.data('write', 'sys/mounts/secret', { type: 'kv', options: { version: '2' } });
  return new Beside(first);
}

const served = (beside: Beside, path: string): boolean =>
  beside.serving.isServed(canonicalPath(path));

test('what engines serve is served while it has keys; the rest is for the first thread', async () => {
  const beside = await besideWithSecrets();
  assert.equal(served(beside, 'secret/data/x'), false, 'without keys, nothing');
  await beside.open();
  for (const path of ['secret/data/x', 'cubbyhole/x', 'system/x', 'auth/tokens/x', 'nowhere']) {
    assert.equal(served(beside, path), true, path);
  }
  for (const path of ['sys', 'sys/', 'sys/health', 'auth/token', 'auth/token/', 'auth/token/x']) {
    assert.equal(served(beside, path), false, path);
  }
  await beside.serving.close();
  assert.equal(served(beside, 'secret/data/x'), false);
});

test('both see what the other has written, and one log has the records of both', async () => {
  const beside = await besideWithSecrets();
  await beside.open();
  const { first } = beside;
  const written = await beside.ask('write', 'secret/data/app', { data: { value: 'one' } });
  assert.equal(written.status, 200);
  const found = await first.data('read', 'secret/data/app');
  assert.deepEqual(found['data'], { value: 'one' });
  await first.data('write', 'secret/data/app', { data: { value: 'two' } });
  const { body } = await beside.ask('read', 'secret/data/app');
  const data = partOf(partOf(body, 'data'), 'data');
  assert.equal(data['value'], 'two');

  const asked = first
    .auditLines()
    .filter(({ request }) => request !== undefined)
    .map((line) => partOf(line, 'request'))
    .filter(({ path }) => path === 'secret/data/app');
  assert.equal(asked.length, 6);
  const tokens = asked.map((request) => request['client_token']);
  assert.equal(new Set(tokens).size, 1, 'both hash with the same key');
});

test('a token that the first has revoked, or a policy that it has changed, counts at once', async () => {
  const beside = await besideWithSecrets();
  await beside.open();
  const { first } = beside;
  await first.policy('app', 'path "secret/data/*" { capabilities = ["read", "create"] }');
  const { client_token: token } = await first.createToken({ policies: ['app'] });
  const write = (): Promise<CoreAnswer> =>
    beside.ask('write', 'secret/data/mine', { data: { x: 1 } }, token);
  assert.equal((await write()).status, 200);
  assert.equal((await write()).status, 403, 'no right to update');
  await first.policy('app', 'path "secret/data/*" { capabilities = ["read", "update"] }');
  assert.equal((await write()).status, 200);
  await first.data('write', 'auth/token/revoke', { token });
  assert.equal((await write()).status, 403);
});

test('without keys it refuses, and a wrong key leaves it without', async () => {
  const beside = await besideWithSecrets();
  const wrong = new SecretKey(Buffer.alloc(32, 9)).share();
  await assert.rejects(beside.serving.open(wrong), (error) =>
    isFailure(error, 'barrier.keyring-corrupt'),
  );
  assert.equal(served(beside, 'secret/data/x'), false);
  assert.equal(beside.barrier.unsealed, false);
  assert.equal((await beside.ask('read', 'secret/data/x')).status, 503);
  await beside.open();
  assert.equal((await beside.ask('read', 'secret/data/x')).status, 404);
  await beside.serving.close();
  assert.equal((await beside.ask('read', 'secret/data/x')).status, 503);
  assert.deepEqual(beside.first.fatal, []);
});

test('what the first has sealed under a new term opens here', async () => {
  const beside = await besideWithSecrets();
  await beside.open();
  const { first } = beside;
  await first.data('write', 'sys/rotate');
  await first.data('write', 'secret/data/new', { data: { value: 'x' } });
  assert.equal((await beside.ask('read', 'secret/data/new')).status, 200);
  assert.equal(beside.barrier.keyStatus('root').term, 2);
});
