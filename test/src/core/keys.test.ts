import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { JsonObject } from '../../../shared/json/value.ts';
import { unsealedCore } from '../../support/core-harness.ts';

test('rotation starts a new term, and what was sealed before is still read', async () => {
  const harness = await unsealedCore();
  await harness.data('write', 'sys/mounts/kv', { type: 'kv' });
  await harness.data('write', 'kv/a', { x: '1' });
  const before = await harness.data('read', 'sys/key-status');
  assert.deepEqual(Object.keys(before).toSorted(), ['encryptions', 'install_time', 'term']);
  assert.equal(before['term'], 1);
  for (const path of ['sys/rotate', 'sys/rotate/keyring']) {
    assert.equal((await harness.call('write', path)).status, 204);
  }
  const { body } = await harness.call('read', 'sys/key-status');
  assert.equal((body as JsonObject)['term'], 3);
  assert.equal((await harness.data('read', 'kv/a'))['x'], '1');
  const config = await harness.data('read', 'sys/rotate/config');
  assert.equal(config['enabled'], true);
});

test('rotation needs sudo', async () => {
  const harness = await unsealedCore();
  await harness.policy('nearly', 'path "sys/rotate" { capabilities = ["update"] }');
  const { client_token: token } = await harness.createToken({ policies: ['nearly'] });
  assert.equal((await harness.call('write', 'sys/rotate', {}, token)).status, 403);
  assert.equal((await harness.data('read', 'sys/key-status'))['term'], 1);
});

test('whoever is revoked while the record is written rotates and seals nothing', async () => {
  const harness = await unsealedCore();
  for (const path of ['sys/rotate', 'sys/seal']) {
    const { client_token: token } = await harness.createToken();
    const append = harness.trail.append.bind(harness.trail);
    harness.trail.append = async (entry) => {
      harness.trail.append = append;
      const revoked = await harness.call('write', 'auth/token/revoke', { token });
      assert.equal(revoked.status, 204);
      return append(entry);
    };
    assert.equal((await harness.call('write', path, {}, token)).status, 403, path);
  }
  assert.equal(harness.seal.sealed, false);
  assert.equal((await harness.data('read', 'sys/key-status'))['term'], 1);
  assert.equal((await harness.call('write', 'sys/seal')).status, 204);
});
