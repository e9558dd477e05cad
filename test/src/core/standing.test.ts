import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalPath } from '../../../shared/path/canonical.ts';
import { unsealedCore } from '../../support/core-harness.ts';

const path = canonicalPath('sys/control/audit');

test('what a token may do is asked anew, costs no use and leaves no record', async () => {
  const core = await unsealedCore();
  const { standing } = core.built;
  await core.policy('given', 'path "sys/control/audit" { capabilities = ["read"] }');
  const { client_token: token } = await core.createToken({ policies: ['given'], num_uses: 1 });
  const records = core.auditLines().length;
  for (let count = 0; count < 3; count += 1) {
    assert.equal(await standing.state(token), 'live');
    assert.equal(await standing.allows(token, path, 'read'), true);
    assert.equal(await standing.allows(token, path, 'list'), false);
  }
  assert.equal(core.auditLines().length, records);
  await core.policy('given', 'path "sys/control/alarms" { capabilities = ["read"] }');
  assert.equal(await standing.allows(token, path, 'read'), false);
});

test('a token that was revoked or never was has ended, and while sealed nobody can tell', async () => {
  const core = await unsealedCore();
  const { standing } = core.built;
  const { client_token: token } = await core.createToken({ policies: ['root'] });
  await core.data('write', 'auth/token/revoke', { token });
  for (const ended of [token, 'hvs.none', '']) {
    assert.equal(await standing.state(ended), 'ended');
    assert.equal(await standing.allows(ended, path, 'read'), false);
  }
  await core.data('write', 'sys/seal');
  assert.equal(await standing.state(core.rootToken), 'sealed');
  assert.equal(await standing.allows(core.rootToken, path, 'read'), false);
});
