import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { JsonObject } from '../../../shared/json/value.ts';
import { emptyCore, unsealedCore } from '../../support/core-harness.ts';

test('init without a body gives three shares, two of which unseal, and a root token', async () => {
  const harness = await emptyCore();
  const made = await harness.initialise();
  assert.deepEqual(Object.keys(made).toSorted(), ['keys', 'keys_base64', 'root_token', 'shares']);
  for (const name of ['keys', 'keys_base64', 'shares']) {
    assert.equal((made[name] as string[]).length, 3, name);
  }
  assert.match(harness.rootToken, /^hvs\.[0-9A-Za-z]{43}$/u);
  await harness.unseal();
  const self = await harness.data('read', 'auth/token/lookup-self');
  assert.deepEqual(self['policies'], ['root']);
  assert.equal(self['expire_time'], null);
});

test('each share is taken as framed text, as hex and as base64, under either name', async () => {
  const harness = await emptyCore();
  const made = (await harness.initialise({ secret_shares: 3, secret_threshold: 3 })) as {
    keys: string[];
    keys_base64: string[];
    shares: string[];
  };
  const bodies = [{ key: made.keys[0] }, { Key: made.keys_base64[1] }, { share: made.shares[2] }];
  const answers = [];
  for (const body of bodies) {
    const answer = await harness.call('write', 'sys/unseal', body as JsonObject, { token: null });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    answers.push((answer.body as { sealed: boolean; progress: number }).progress);
  }
  assert.deepEqual(answers, [1, 2, 0]);
  assert.equal(harness.seal.sealed, false);
});

test('seal-status has exactly the fields that clients read', async () => {
  const harness = await unsealedCore();
  const { body } = await harness.call('read', 'sys/seal-status', undefined, { token: null });
  assert.deepEqual(Object.keys(body as JsonObject), [
    'type',
    'initialized',
    'sealed',
    't',
    'n',
    'progress',
    'nonce',
    'version',
    'build_date',
    'commit_date',
    'migration',
    'recovery_seal',
    'storage_type',
    'cluster_name',
    'cluster_id',
    'set_id',
    'strongbox_version',
  ]);
});
