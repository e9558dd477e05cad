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

test('before it is initialised only peers on the host may initialise, unless configured', async () => {
  const remote = { address: '192.0.2.7', local: false } as const;
  const harness = await emptyCore();
  const far = await harness.call('write', 'sys/init', {}, { token: null, remote });
  assert.equal(far.status, 403);
  assert.equal(harness.seal.initialised, false);
  const open = await emptyCore({ initFrom: 'anywhere' });
  assert.equal((await open.call('write', 'sys/init', {}, { token: null, remote })).status, 200);
  const again = await open.call('write', 'sys/init', {}, { token: null, remote });
  assert.equal(again.status, 400);
  assert.deepEqual((again.body as { errors: string[] }).errors, ['Vault is already initialized']);
});

test('of two initialisations at once one founds the cluster, and its root token is the only one', async () => {
  const harness = await emptyCore();
  const answers = await Promise.all(
    [1, 2, 3].map(() => harness.call('write', 'sys/init', {}, { token: null })),
  );
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 400, 400]);
  const made = answers.find(({ status }) => status === 200)?.body as {
    shares: string[];
    root_token: string;
  };
  harness.shares = made.shares;
  harness.rootToken = made.root_token;
  await harness.unseal();
  const accessors = await harness.data('list', 'auth/token/accessors');
  assert.equal((accessors['keys'] as string[]).length, 1);
});

test('what init cannot do is refused, and empty fields of older clients are not', async () => {
  const refused: readonly JsonObject[] = [
    { secret_shares: 3, secret_threshold: 2, pgp_keys: ['a', 'b', 'c'] },
    { recovery_shares: 5 },
    { recovery_threshold: 3 },
    { root_token_pgp_key: 'x' },
    { secret_shares: 2, secret_threshold: 3 },
    { secret_shares: 3, secret_threshold: 1 },
    { secret_shares: 256, secret_threshold: 2 },
    { secret_shares: 0, secret_threshold: 0 },
    { secret_shares: -1 },
    { secret_shares: '3.5' },
    { secret_shares: { a: 1 } },
  ];
  const harness = await emptyCore();
  for (const body of refused) {
    const answer = await harness.call('write', 'sys/init', body, { token: null });
    assert.equal(answer.status, 400, JSON.stringify(body));
  }
  assert.equal(harness.seal.initialised, false);
  const body = {
    secret_shares: 5,
    secret_threshold: 3,
    pgp_keys: null,
    recovery_shares: 0,
    recovery_threshold: 0,
    recovery_pgp_keys: [],
    root_token_pgp_key: '',
    stored_shares: 0,
  };
  const made = await harness.initialise(body);
  assert.equal((made['shares'] as string[]).length, 5);
});

test('one share is the key itself, and the status warns of it', async () => {
  const harness = await emptyCore();
  await harness.initialise({ shares: 1 });
  await harness.unseal();
  const status = (await harness.call('read', 'sys/seal-status')).body as { warnings: string[] };
  assert.equal(status.warnings.length, 1);
});

test('nothing is mounted but what is always there', async () => {
  const harness = await unsealedCore();
  assert.deepEqual(Object.keys(await harness.data('read', 'sys/mounts')), [
    'cubbyhole/',
    'identity/',
    'sys/',
  ]);
  assert.deepEqual(Object.keys(await harness.data('read', 'sys/auth')), ['token/']);
  assert.deepEqual((await harness.data('list', 'sys/policies/acl'))['keys'], ['default', 'root']);
});

test('a wrong, a repeated and a malformed share are named and cost nothing', async () => {
  const harness = await emptyCore();
  await harness.initialise();
  const send = async (body: JsonObject): Promise<string> => {
    const answer = await harness.call('write', 'sys/unseal', body, { token: null });
    const { error_codes: codes } = answer.body as { error_codes?: string[] };
    return codes?.[0] ?? `progress ${(answer.body as { progress: number }).progress}`;
  };
  assert.equal(await send({ key: harness.shares[0] ?? '' }), 'progress 1');
  assert.equal(await send({ key: harness.shares[0] ?? '' }), 'share.duplicate');
  assert.equal(await send({ key: 'not a share' }), 'share.malformed');
  assert.equal(await send({}), 'system.reset-or-key');
  assert.equal(await send({ migrate: true }), 'system.unsupported');
  const status = (await harness.call('read', 'sys/seal-status')).body as { progress: number };
  assert.equal(status.progress, 1);
  assert.equal(await send({ reset: true }), 'progress 0');
  await harness.unseal();
  assert.equal(await send({ reset: true }), 'seal.unsealed');
});

test('the share in a body is wiped when the answer is there', async () => {
  const harness = await emptyCore();
  await harness.initialise();
  const share = harness.shares[0] ?? '';
  const body = new Uint8Array(Buffer.from(JSON.stringify({ key: share })));
  const request = { ...harness.request('write', 'sys/unseal', undefined, {}), body };
  await harness.built.core.handle(request);
  assert.ok(body.every((byte) => byte === 0));
});

test('sealing needs sudo, and after it tokens of before are good again once unsealed', async () => {
  const harness = await unsealedCore();
  await harness.policy('nearly', 'path "sys/seal" { capabilities = ["update"] }');
  await harness.policy('sealer', 'path "sys/seal" { capabilities = ["update", "sudo"] }');
  const { client_token: nearly } = await harness.createToken({ policies: ['nearly'] });
  const { client_token: sealer } = await harness.createToken({ policies: ['sealer'] });
  assert.equal((await harness.call('write', 'sys/seal', undefined, nearly)).status, 403);
  assert.equal((await harness.call('write', 'sys/seal', undefined, sealer)).status, 204);
  assert.equal(harness.barrier.unsealed, false);
  await harness.unseal();
  const self = await harness.call('read', 'auth/token/lookup-self', undefined, sealer);
  assert.equal(self.status, 200);
});

test('neither the root token nor a share stands in the store', async () => {
  const harness = await unsealedCore();
  const stored = harness.storedText();
  for (const secret of [harness.rootToken, ...harness.shares]) assert.ok(!stored.includes(secret));
});
