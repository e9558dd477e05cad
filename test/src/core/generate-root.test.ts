import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { JsonObject } from '../../../shared/json/value.ts';
import { type CoreHarness, textOf, unsealedCore } from '../../support/core-harness.ts';

interface Status {
  readonly nonce: string;
  readonly started: boolean;
  readonly progress: number;
  readonly required: number;
  readonly complete: boolean;
  readonly encoded_token: string;
  readonly otp: string;
  readonly otp_length: number;
}

const anonymous = { token: null };
const remote = { token: null, remote: { address: '192.0.2.7', local: false } } as const;

async function attempt(
  harness: CoreHarness,
  method: 'read' | 'write' | 'delete',
  extras: Parameters<CoreHarness['call']>[3] = anonymous,
  body?: JsonObject,
): Promise<{ status: number; body: Status }> {
  const { status, body: said } = await harness.call(
    method,
    'sys/generate-root/attempt',
    body,
    extras,
  );
  return { status, body: said as unknown as Status };
}

test('enough shares make a root token that only the one-time pad reveals', async () => {
  const harness = await unsealedCore();
  const { body: idle } = await attempt(harness, 'read');
  assert.deepEqual([idle.started, idle.progress, idle.required], [false, 0, 2]);
  const { body: started } = await attempt(harness, 'write');
  assert.equal(started.otp.length, started.otp_length);
  assert.equal((await attempt(harness, 'read')).body.otp, '');
  let last: Status = started;
  for (const key of harness.shares.slice(0, 2)) {
    const body = { key, nonce: started.nonce };
    const answer = await harness.call('write', 'sys/generate-root/update', body, anonymous);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    last = answer.body as unknown as Status;
  }
  assert.deepEqual([last.complete, last.progress, last.started], [true, 2, true]);
  const decoded = await harness.data('write', 'sys/decode-token', {
    encoded_token: last.encoded_token,
    otp: started.otp,
  });
  const token = textOf(decoded, 'token');
  const self = await harness.data('read', 'auth/token/lookup-self', undefined, token);
  assert.deepEqual(self['policies'], ['root']);
  assert.equal((await attempt(harness, 'read')).body.started, false);
});

test('whoever looks, begins or cancels while the token is made leaves its pad alone', async () => {
  const meddling = {
    look: (harness: CoreHarness) => attempt(harness, 'read'),
    begin: (harness: CoreHarness) => attempt(harness, 'write'),
    cancel: (harness: CoreHarness, nonce: string) =>
      attempt(harness, 'delete', { ...anonymous, query: { nonce } }),
  };
  for (const [what, meddle] of Object.entries(meddling)) {
    const harness = await unsealedCore();
    const { nonce, otp } = (await attempt(harness, 'write')).body;
    const [first, second] = harness.shares;
    const path = 'sys/generate-root/update';
    await harness.call('write', path, { key: first ?? '', nonce }, anonymous);
    const progress = { made: false };
    const last = harness.call('write', path, { key: second ?? '', nonce }, anonymous);
    void last.finally(() => {
      progress.made = true;
    });
    while (!progress.made) await meddle(harness, nonce);
    const { encoded_token } = (await last).body as unknown as Status;
    assert.doesNotMatch(Buffer.from(encoded_token, 'base64').toString('latin1'), /^hvs\./u, what);
    const decoded = await harness.data('write', 'sys/decode-token', { encoded_token, otp });
    const token = textOf(decoded, 'token');
    const self = await harness.call('read', 'auth/token/lookup-self', undefined, token);
    assert.equal(self.status, 200, what);
    const { started } = (await attempt(harness, 'read')).body;
    assert.equal(started, what === 'begin', 'what was begun meanwhile goes on');
  }
});

test('the authenticated family does the same for a token with sudo, and for no other', async () => {
  const harness = await unsealedCore({ generateRootFrom: 'nowhere' });
  assert.equal((await attempt(harness, 'write')).status, 403);
  const { client_token: weak } = await harness.createToken({ policies: ['default'] });
  const path = 'sys/generate-root-token/attempt';
  assert.equal((await harness.call('write', path, {}, weak)).status, 403);
  const started = (await harness.call('write', path, {})).body as unknown as Status;
  const bodies = harness.shares.slice(0, 2).map((share) => ({ share, nonce: started.nonce }));
  for (const body of bodies) await harness.call('write', 'sys/generate-root-token/update', body);
  const accessors = await harness.data('list', 'auth/token/accessors');
  assert.equal((accessors['keys'] as string[]).length, 3);
});

// CVE-2025-4656, CVE-2025-52894, CVE-2026-5807: anyone could start and cancel attempts.
test('without a token, only local peers may start, and nobody cancels without the nonce', async () => {
  const harness = await unsealedCore();
  for (const method of ['read', 'write', 'delete'] as const) {
    assert.equal((await attempt(harness, method, remote)).status, 403, method);
  }
  const { body: started } = await attempt(harness, 'write');
  assert.equal((await attempt(harness, 'write')).status, 400);
  assert.equal((await attempt(harness, 'delete')).status, 400);
  const wrong = { ...anonymous, query: { nonce: 'other' } };
  assert.equal((await attempt(harness, 'delete', wrong)).status, 400);
  assert.equal((await attempt(harness, 'read')).body.started, true);
  const right = { ...anonymous, query: { nonce: started.nonce } };
  assert.equal((await attempt(harness, 'delete', right)).status, 204);
  assert.equal((await attempt(harness, 'read')).body.started, false);
});

test('a share needs the nonce of the attempt, and a pad that is chosen is refused', async () => {
  const harness = await unsealedCore();
  const path = 'sys/generate-root/update';
  const key = harness.shares[0] ?? '';
  const before = await harness.call('write', path, { key, nonce: 'x' }, anonymous);
  assert.equal(before.status, 400);
  assert.equal((await attempt(harness, 'write', anonymous, { otp: 'mine' })).status, 400);
  await attempt(harness, 'write');
  assert.equal((await harness.call('write', path, { key }, anonymous)).status, 400);
  assert.equal((await harness.call('write', path, { key, nonce: 'x' }, anonymous)).status, 400);
  assert.equal((await attempt(harness, 'read')).body.progress, 0);
});

test('an attempt ends when nobody goes on with it, and when the node is sealed', async () => {
  const harness = await unsealedCore();
  await attempt(harness, 'write');
  harness.clock.advance(3_600_000);
  assert.equal((await attempt(harness, 'read')).body.started, false);
  await attempt(harness, 'write');
  await harness.call('write', 'sys/seal');
  await harness.unseal();
  assert.equal((await attempt(harness, 'read')).body.started, false);
});

test('a pad of another length is refused', async () => {
  const harness = await unsealedCore();
  const body = { encoded_token: 'AAAA', otp: 'short' };
  assert.equal((await harness.call('write', 'sys/decode-token', body, anonymous)).status, 400);
  const junk = { encoded_token: '!!!!', otp: 'abc' };
  assert.equal((await harness.call('write', 'sys/decode-token', junk, anonymous)).status, 400);
});
