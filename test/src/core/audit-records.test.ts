import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commitNote } from '../../../src/audit/commit-note.ts';

import type { JsonObject } from '../../../shared/json/value.ts';
import {
  type AuditLine,
  type CoreHarness,
  partOf,
  unsealedCore,
} from '../../support/core-harness.ts';

const secretPolicy = 'path "secret/*" { capabilities = ["create", "read", "update", "list"] }';

async function harnessWithSecret(): Promise<CoreHarness> {
  const harness = await unsealedCore();
  await harness.data('write', 'sys/mounts/secret', { type: 'kv-v2' });
  await harness.data('write', 'secret/data/a', { data: { password: 'hunter2' } });
  await harness.policy('app', secretPolicy);
  return harness;
}

function types(lines: readonly AuditLine[]): readonly string[] {
  return lines.map(({ type }) => type);
}

test('an operation with an effect has a record before and one after, another a single one', async () => {
  const harness = await harnessWithSecret();
  await harness.call('write', 'secret/data/b', { data: { x: '1' } }, { id: 'a-write' });
  await harness.call('read', 'secret/data/b', undefined, { id: 'a-read' });
  const [request, response] = harness.recordsOf('a-write');
  assert.deepEqual(types(harness.recordsOf('a-write')), ['request', 'response']);
  assert.equal(request?.['effect'], true);
  assert.equal(partOf(response, 'response')['status'], 200);
  assert.ok(Number(response?.['revision']) > 1);
  assert.deepEqual(types(harness.recordsOf('a-read')), ['single']);
});

test('both records of an operation say the same of the request, and of who asked', async () => {
  const harness = await harnessWithSecret();
  await harness.call('write', 'secret/data/b', { data: { x: 'canary' } }, { id: 'a-write' });
  const [request, response] = harness.recordsOf('a-write');
  const asked = partOf(request, 'request');
  assert.deepEqual(partOf(response, 'request'), asked);
  assert.deepEqual(partOf(response, 'auth'), partOf(request, 'auth'));
  assert.match(JSON.stringify(asked['data']), /"x":"hmac-sha256:/u);
  assert.equal(asked['operation'], 'update');
});

test('a commit names its request record, and the log that it stands in', async () => {
  const harness = await harnessWithSecret();
  const notes: (Uint8Array | undefined)[] = [];
  const commit = harness.store.commit.bind(harness.store);
  harness.store.commit = async (transaction) => {
    notes.push(transaction.note);
    return commit(transaction);
  };
  await harness.call('write', 'secret/data/b', { data: {} }, { id: 'a-write' });
  const index = harness.recordsOf('a-write')[0]?.['index'] as number;
  assert.deepEqual(notes, [commitNote(harness.trail.logName, index)]);
});

test('a refusal has one record, with the rule that denied', async () => {
  const harness = await harnessWithSecret();
  const text = `# first line\npath "secret/*" { capabilities = ["list"] }`;
  await harness.policy('lister', text);
  const { client_token: token } = await harness.createToken({ policies: ['lister'] });
  const answer = await harness.call('write', 'secret/data/x', {}, { token, id: 'refused' });
  assert.equal(answer.status, 403);
  const [record, ...others] = harness.recordsOf('refused');
  assert.deepEqual(others, []);
  assert.equal(record?.type, 'refusal');
  assert.deepEqual(partOf(record, 'auth')['policy_results'], {
    allowed: false,
    denying_rule: { name: 'lister', type: 'acl', path: 'secret/*', line: 2 },
    reason: 'capability-missing',
  });
  assert.equal(partOf(record, 'error')['code'], 'request.permission-denied');
});

test('each record names the rule that granted it, as the policies are at that moment', async () => {
  const harness = await harnessWithSecret();
  const grantOf = (id: string): unknown =>
    partOf(partOf(harness.recordsOf(id)[0], 'auth'), 'policy_results')['granting_policies'];
  const rule = (path: string, line: number): unknown => [{ name: 'two', type: 'acl', path, line }];
  const read = '{ capabilities = ["read"] }';
  await harness.policy('two', `path "secret/data/a" ${read}\npath "secret/data/+/b" ${read}`);
  const { client_token: token } = await harness.createToken({ policies: ['two'] });
  for (const id of ['a1', 'a2']) {
    await harness.call('read', 'secret/data/a', undefined, { token, id });
    assert.deepEqual(grantOf(id), rule('secret/data/a', 1));
  }
  await harness.call('read', 'secret/data/x/b', undefined, { token, id: 'b' });
  assert.deepEqual(grantOf('b'), rule('secret/data/+/b', 2));
  await harness.policy('two', `# moved\npath "secret/data/a" ${read}`);
  await harness.call('read', 'secret/data/a', undefined, { token, id: 'a3' });
  assert.deepEqual(grantOf('a3'), rule('secret/data/a', 2));
});

test('every kind of refusal is recorded once, also without a token and for nonsense', async () => {
  const harness = await harnessWithSecret();
  await harness.call('read', 'secret/data/a', undefined, { token: 'hvs.wrong', id: 'r1' });
  await harness.call('read', 'secret/data/a', undefined, { token: null, id: 'r2' });
  await harness.call('read', 'nowhere', undefined, { id: 'r3' });
  await harness.call('write', 'secret/data/a', Buffer.from('{'), { id: 'r4' });
  await harness.call('read', 'sys/mounts', undefined, { namespace: 'other', id: 'r5' });
  for (const id of ['r1', 'r2', 'r3', 'r4', 'r5']) {
    assert.deepEqual(types(harness.recordsOf(id)), ['refusal'], id);
  }
});

test('what an engine refuses is the outcome of its operation', async () => {
  const harness = await harnessWithSecret();
  await harness.call('read', 'secret/data/none', undefined, { id: 'read' });
  await harness.call('write', 'secret/data/a', { options: { cas: 7 }, data: {} }, { id: 'write' });
  const [read] = harness.recordsOf('read');
  assert.equal(read?.type, 'single');
  assert.equal(partOf(read, 'response')['status'], 404);
  assert.deepEqual(types(harness.recordsOf('write')), ['request', 'response']);
  const error = partOf(harness.recordsOf('write')[1], 'error');
  assert.equal(error['code'], 'kv.cas-mismatch');
});

test('health, seal-status, leader, GET init and metrics are not recorded', async () => {
  const harness = await harnessWithSecret();
  const before = harness.auditLines().length;
  for (const path of ['sys/health', 'sys/seal-status', 'sys/leader', 'sys/init', 'sys/metrics']) {
    await harness.call('read', path);
  }
  assert.equal(harness.auditLines().length, before);
});

test('no token, accessor or secret stands in the log, but their keyed hashes do', async () => {
  const harness = await harnessWithSecret();
  const { client_token: token, accessor } = await harness.createToken({
    policies: ['app'],
    meta: { team: 'blue' },
  });
  await harness.call('read', 'secret/data/a', undefined, { token, id: 'read' });
  await harness.call('write', 'auth/token/lookup', { token }, { id: 'lookup' });
  for (const secret of [harness.rootToken, token, accessor, 'hunter2', ...harness.shares]) {
    assert.ok(!harness.device.text.includes(secret), 'a secret stands in the log');
  }
  const [read] = harness.recordsOf('read');
  const hash = await harness.data('write', 'sys/audit-hash/file', { input: token });
  assert.equal(partOf(read, 'auth')['client_token'], hash['hash']);
  const [lookup] = harness.recordsOf('lookup');
  assert.equal(partOf(partOf(lookup, 'request'), 'data')['token'], hash['hash']);
});

test('shares and a new root token never stand in the log, not even as hashes', async () => {
  const harness = await harnessWithSecret();
  const lines = harness.auditLines();
  const ofPath = (path: string): readonly AuditLine[] =>
    lines.filter((line) => (line['request'] as JsonObject | undefined)?.['path'] === path);
  for (const path of ['sys/init', 'sys/unseal']) {
    assert.ok(ofPath(path).length >= 2);
    for (const line of ofPath(path)) {
      assert.equal((line['request'] as JsonObject)['data'], undefined);
    }
  }
  for (const line of ofPath('sys/init')) {
    assert.equal((line['response'] as JsonObject | undefined)?.['data'], undefined);
  }
});

test('events tell that the cluster was initialised, unsealed and sealed', async () => {
  const harness = await harnessWithSecret();
  await harness.call('write', 'sys/seal');
  const events = harness.auditLines().filter(({ type }) => type === 'event');
  assert.deepEqual(
    events.map(({ event }) => event),
    ['initialized', 'unsealed', 'sealed'],
  );
});

// F-16: all devices down.
test('while no device can write, nothing is changed and nothing is told', async () => {
  const harness = await harnessWithSecret();
  const { client_token: token } = await harness.createToken({ policies: ['app'] });
  harness.device.trouble = 'full';
  const before = harness.store.revision;
  const answers = [
    await harness.call('read', 'secret/data/a', undefined, token),
    await harness.call('write', 'secret/data/b', { data: {} }, token),
    await harness.call('write', 'auth/token/create', {}),
    await harness.call('write', 'auth/token/revoke', { token }),
    await harness.call('read', 'nowhere', undefined, { token: null }),
    await harness.call('write', 'sys/seal'),
  ];
  for (const { status, body } of answers) {
    assert.equal(status, 500);
    assert.match(JSON.stringify(body), /no audit device could write.*no space is left/u);
    assert.doesNotMatch(JSON.stringify(body), /hunter2|hvs\./u);
  }
  assert.equal(harness.store.revision, before);
  assert.equal(harness.seal.sealed, false);
});

const refusalsWanted = Number(process.env['STRONGBOX_TEST_REFUSALS'] ?? 10_000);

test(`F-16: in ${refusalsWanted} answers while no device can write there is no secret`, async () => {
  const harness = await harnessWithSecret();
  const { client_token: token } = await harness.createToken({ policies: ['app'] });
  harness.device.trouble = 'full';
  const before = harness.store.revision;
  const asked = [
    ['read', 'secret/data/a'],
    ['list', 'secret/metadata/'],
    ['read', 'secret/metadata/a'],
    ['read', 'auth/token/lookup-self'],
    ['write', 'auth/token/create'],
    ['write', 'secret/data/a'],
    ['delete', 'secret/data/a'],
    ['read', 'sys/policies/acl/app'],
  ] as const;
  for (let at = 0; at < refusalsWanted; at += 1) {
    const [method, path] = asked[at % asked.length] ?? ['read', 'secret/data/a'];
    const sent = method === 'write' ? { data: { at } } : undefined;
    const { status, body } = await harness.call(method, path, sent, at % 2 === 0 ? {} : token);
    const text = JSON.stringify(body);
    assert.ok(status === 500 || status === 403, `${method} ${path}: ${status}`);
    assert.equal(text.includes('hunter2') || text.includes('hvs.'), false, path);
  }
  assert.equal(harness.store.revision, before);
  harness.device.trouble = 'none';
  harness.clock.advance(1_000);
  await harness.trail.append({ type: 'event', time: '', event: 'start' }).catch(() => undefined);
  assert.equal((await harness.call('read', 'secret/data/a')).status, 200);
});

test('while no device can write, the state is told and the node can still be unsealed', async () => {
  const harness = await harnessWithSecret();
  await harness.call('write', 'sys/seal');
  harness.device.trouble = 'full';
  for (const path of ['sys/health', 'sys/seal-status', 'sys/leader', 'sys/init']) {
    assert.notEqual((await harness.call('read', path)).status, 500, path);
  }
  await harness.unseal();
  assert.equal((await harness.call('write', 'sys/step-down')).status, 204);
  assert.equal((await harness.call('read', 'secret/data/a')).status, 500);
});

test('when a device can write again, everything goes on by itself', async () => {
  const harness = await harnessWithSecret();
  harness.device.trouble = 'full';
  assert.equal((await harness.call('read', 'secret/data/a')).status, 500);
  harness.device.trouble = 'none';
  harness.clock.advance(1_000);
  await harness.trail.append({ type: 'event', time: '', event: 'start' }).catch(() => undefined);
  assert.equal((await harness.call('read', 'secret/data/a')).status, 200);
});

/** Lets the device fail as soon as the answer is to be recorded; returns what makes it well. */
function loseAnswers(harness: CoreHarness): () => Promise<void> {
  const append = harness.trail.append.bind(harness.trail);
  harness.trail.append = async (entry) => {
    if (entry.type === 'response') harness.device.trouble = 'full';
    return append(entry);
  };
  return async () => {
    harness.trail.append = append;
    harness.device.trouble = 'none';
    harness.clock.advance(1_000);
    await append({ type: 'event', time: '', event: 'start' }).catch(() => undefined);
  };
}

async function assertOneToken(harness: CoreHarness): Promise<void> {
  const accessors = await harness.data('list', 'auth/token/accessors');
  assert.equal((accessors['keys'] as string[]).length, 1);
  const left = harness.store.entriesAt(harness.store.revision).map(({ key }) => key);
  assert.deepEqual(
    left.filter((key) => key.includes('/intents/')),
    [],
  );
}

// F-17: the answer cannot be recorded.
test('a token whose answer could not be recorded is not given, and ended', async () => {
  const harness = await harnessWithSecret();
  const mend = loseAnswers(harness);
  const answer = await harness.call('write', 'auth/token/create', { policies: ['app'] });
  assert.equal(answer.status, 500);
  assert.doesNotMatch(JSON.stringify(answer.body), /hvs\./u);
  await mend();
  await assertOneToken(harness);
});

test('a root token from shares whose answer could not be recorded is ended, with no rest', async () => {
  const harness = await harnessWithSecret();
  const path = 'sys/generate-root-token';
  const { nonce } = (await harness.call('write', `${path}/attempt`, {})).body as { nonce: string };
  const [first = '', second = ''] = harness.shares;
  await harness.call('write', `${path}/update`, { key: first, nonce });
  const mend = loseAnswers(harness);
  const answer = await harness.call('write', `${path}/update`, { key: second, nonce });
  assert.equal(answer.status, 500);
  await mend();
  await assertOneToken(harness);
});

test('a token or a share that was put into a path stands there as a keyed hash', async () => {
  const harness = await harnessWithSecret();
  const { client_token: token } = await harness.createToken({ policies: ['app'] });
  const share = 'sbx1qpzry9x8gf2tvdw0s3jn54khce6mua7l';
  for (const [id, path] of [
    ['by-token', `auth/token/lookup/${token}`],
    ['by-secret', `secret/data/x-${token}/b`],
    ['by-share', `sys/unseal/${share}`],
    ['in-capitals', `sys/unseal/${share.toUpperCase()}`],
    ['preflight', `sys/internal/ui/mounts/${token}`],
    ['no-mount', `sys/mounts/${token}`],
  ] as const) {
    await harness.call('read', path, undefined, { id });
    const [record] = harness.recordsOf(id);
    const { path: recorded } = partOf(record, 'request');
    assert.ok(typeof recorded === 'string');
    assert.match(recorded, /\/hmac-sha256:[0-9a-f]{64}/u, id);
    const text = JSON.stringify(harness.recordsOf(id));
    assert.ok(!text.includes(token) && !text.toLowerCase().includes(share), id);
  }
});

test('the record of a read names the version that was read, whatever was read before', async () => {
  const harness = await harnessWithSecret();
  const shown = async (id: string, version = 0): Promise<unknown> => {
    await harness.call('read', 'secret/data/b', undefined, {
      id,
      query: { version: String(version) },
    });
    return partOf(harness.recordsOf(id)[0], 'response')['data'];
  };
  await harness.data('write', 'secret/data/b', { data: { x: 'one' } });
  const one = await shown('r1');
  assert.deepEqual(await shown('r2'), one, 'the same again');
  await harness.data('write', 'secret/data/b', { data: { x: 'two' } });
  const two = await shown('r3');
  assert.notDeepEqual(two, one);
  assert.deepEqual(await shown('r4', 1), one);
  await harness.call('delete', 'secret/metadata/b');
  await harness.data('write', 'secret/data/b', { data: { x: 'three' } });
  const three = await shown('r5');
  assert.notDeepEqual(three, one);
  assert.deepEqual(await shown('r6'), three);
});
