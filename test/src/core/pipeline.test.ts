import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { RouteTable } from '../../../shared/api/route.ts';
import { AssertionFailure } from '../../../shared/assert.ts';
import type { JsonObject } from '../../../shared/json/value.ts';
import type { Engine } from '../../../src/engines/engine.ts';
import { inFlightRequestsMax } from '../../../src/core/limits.ts';
import { emptyCore, harnessEngines, unsealedCore } from '../../support/core-harness.ts';

const permissionDenied = '1 error occurred:\n\t* permission denied\n\n';

const readAnything = {
  all: { pattern: '*path?', summary: '', operations: { read: { effect: false } } },
} as const satisfies RouteTable;

/** An engine that fails at every read. */
function brokenEngine(error: Error): Engine {
  const read = async (): Promise<never> => {
    throw error;
  };
  const engine: Engine<typeof readAnything> = {
    type: 'broken',
    routes: readAnything,
    handlers: { all: { read } },
  };
  return engine;
}

function errorsOf(body: unknown): readonly string[] {
  return (body as { errors: string[] }).errors;
}

test('what is not there, and what is not allowed, look the same to a caller without rights', async () => {
  const harness = await unsealedCore();
  await harness.data('write', 'sys/mounts/secret', { type: 'kv-v2' });
  const { client_token: token } = await harness.createToken({ policies: ['default'] });
  for (const path of ['secret/data/x', 'nowhere/x', 'sys/no-such-route', 'identity/entity/x']) {
    const answer = await harness.call('read', path, undefined, token);
    assert.equal(answer.status, 403, path);
    assert.deepEqual(errorsOf(answer.body), [permissionDenied]);
    const anonymous = await harness.call('read', path, undefined, { token: null });
    assert.deepEqual(anonymous.body, answer.body);
  }
});

test('to root, an unknown path is 404 and an unknown operation of a known one 405', async () => {
  const harness = await unsealedCore();
  for (const path of ['nowhere/x', 'sys/no-such-route', 'identity/entity/x', 'auth/userpass/x']) {
    const answer = await harness.call('read', path);
    assert.equal(answer.status, 404, path);
    assert.match(errorsOf(answer.body)[0] ?? '', /no handler for route.*route entry not found/u);
  }
  assert.equal((await harness.call('patch', 'sys/mounts', {})).status, 405);
  assert.equal((await harness.call('delete', 'auth/token/lookup-self')).status, 405);
  const wrapping = await harness.call('write', 'sys/wrapping/wrap', {});
  assert.equal(wrapping.status, 404);
});

test('sealed, everything but what needs no key is 503', async () => {
  const harness = await unsealedCore();
  assert.equal((await harness.call('write', 'sys/seal')).status, 204);
  for (const path of ['secret/x', 'sys/mounts', 'auth/token/lookup-self', 'nowhere']) {
    const answer = await harness.call('read', path);
    assert.equal(answer.status, 503, path);
    assert.deepEqual(errorsOf(answer.body), ['Vault is sealed']);
  }
  assert.equal((await harness.call('read', 'sys/seal-status')).status, 200);
  await harness.unseal();
  assert.equal((await harness.call('read', 'sys/mounts')).status, 200);
});

test('the header of the root namespace is the root namespace, any other is refused', async () => {
  const harness = await unsealedCore();
  for (const namespace of ['', 'root', 'root/']) {
    assert.equal((await harness.call('read', 'sys/mounts', undefined, { namespace })).status, 200);
  }
  for (const namespace of ['team', 'team/a/', 'ROOT', '..', 'root/x', ' root']) {
    const answer = await harness.call('read', 'sys/mounts', undefined, { namespace });
    assert.equal(answer.status, 404, namespace);
    const rootOnly = await harness.call('read', 'sys/health', undefined, { namespace });
    assert.equal(rootOnly.status, 400, namespace);
  }
});

test('what needs no token is served with any: a weak one, a bad one, a counted one', async () => {
  const harness = await unsealedCore();
  await harness.data('write', 'sys/mounts/secret', { type: 'kv-v2' });
  const wish = { policies: ['nothing'], no_default_policy: true };
  const { client_token: weak } = await harness.createToken(wish);
  const { client_token: counted } = await harness.createToken({ ...wish, num_uses: 1 });
  const key = harness.shares[0] ?? '';
  for (const token of [weak, counted, counted, 'hvs.bad', null]) {
    assert.equal((await harness.call('write', 'sys/unseal', { key }, { token })).status, 200);
    const mounts = await harness.call('read', 'sys/internal/ui/mounts', undefined, { token });
    assert.equal(mounts.status, 200);
  }
  const left = await harness.data('write', 'auth/token/lookup', { token: counted });
  assert.equal(left['num_uses'], 1);
});

test('wrapping that is asked for is refused before anything is done', async () => {
  const harness = await unsealedCore();
  const wish = { wrapTtlSeconds: 60 };
  const answer = await harness.call('write', 'auth/token/create', {}, wish);
  assert.equal(answer.status, 400);
  assert.match(errorsOf(answer.body)[0] ?? '', /wrapping is not available/u);
  assert.equal(
    ((await harness.data('list', 'auth/token/accessors'))['keys'] as string[]).length,
    1,
  );
});

test('nothing is begun for a client that has gone', async () => {
  const harness = await unsealedCore();
  const mount = await harness.call('write', 'sys/mounts/kv', { type: 'kv' }, { aborted: true });
  assert.equal(mount.status, 503);
  assert.equal((await harness.data('read', 'sys/mounts'))['kv/'], undefined);
});

test('unknown body fields are ignored with a warning, unknown query fields without', async () => {
  const harness = await unsealedCore();
  const mount = { type: 'kv', no_such_field: 1, other: 2 };
  const answer = await harness.call('write', 'sys/mounts/kv', mount);
  assert.equal(answer.status, 200);
  const { warnings } = answer.body as { warnings: string[] };
  assert.deepEqual(warnings, [
    'Endpoint ignored these unrecognized parameters: [no_such_field, other]',
  ]);
  const query = { no_such_field: '1' };
  const read = await harness.call('read', 'sys/mounts', undefined, { query });
  assert.equal((read.body as JsonObject)['warnings'], null);
});

test('a body may be a form, unless it begins like JSON', async () => {
  const harness = await unsealedCore();
  const contentType = 'application/x-www-form-urlencoded';
  const form = Buffer.from('type=kv&description=a+b%26c&options=version%3D2');
  assert.equal((await harness.call('write', 'sys/mounts/kv', form, { contentType })).status, 204);
  const mount = (await harness.data('read', 'sys/mounts'))['kv/'] as JsonObject;
  assert.equal(mount['description'], 'a b&c');
  assert.deepEqual(mount['options'], { version: '2' });
  const json = Buffer.from(' {"type":"kv"}');
  assert.equal((await harness.call('write', 'sys/mounts/k2', json, { contentType })).status, 204);
});

test('malformed bodies are 400 and never quoted', async () => {
  const harness = await unsealedCore();
  const bodies = ['{"type":"CANARY', '["CANARY"]', '"CANARY"', '{"type":{"k":"CANARY"}}', 'CANARY'];
  for (const body of bodies) {
    const answer = await harness.call('write', 'sys/mounts/kv', Buffer.from(body));
    assert.equal(answer.status, 400, body);
    assert.doesNotMatch(JSON.stringify(answer.body), /CANARY/u);
  }
  assert.doesNotMatch(harness.device.text, /CANARY/u);
  assert.doesNotMatch(JSON.stringify(harness.logs), /CANARY/u);
});

test('help tells of a route to everybody with a token, and to nobody else', async () => {
  const harness = await unsealedCore();
  const { client_token: token } = await harness.createToken({ policies: ['default'], num_uses: 1 });
  const help = { token, id: 'help' };
  const answer = await harness.call('help', 'sys/mounts/secret', undefined, help);
  assert.equal(answer.status, 200);
  assert.equal(harness.recordsOf('help')[0]?.type, 'single');
  assert.match((answer.body as { help: string }).help, /^mounts\/\*path\n/u);
  const anonymous = await harness.call('help', 'sys/mounts', undefined, { token: null });
  assert.equal(anonymous.status, 403);
});

test('more requests in flight than there is room for are told to come back', async () => {
  const harness = await unsealedCore();
  const requests = Array.from({ length: inFlightRequestsMax + 20 }, () =>
    harness.call('read', 'auth/token/lookup-self'),
  );
  const answers = await Promise.all(requests);
  const refused = answers.filter(({ status }) => status === 429);
  assert.ok(refused.length >= 1, 'the last ones found no room');
  assert.equal(refused[0]?.raw.retryAfterSeconds, 1);
  assert.equal((await harness.call('read', 'auth/token/lookup-self')).status, 200);
});

test('what is always served takes no room from others, and waits for none', async () => {
  const harness = await unsealedCore();
  const crowd = (path: string, token?: null) =>
    Array.from({ length: inFlightRequestsMax + 20 }, () =>
      harness.call('write', path, { key: 'AAAA' }, token === null ? { token } : {}),
    );
  const shares = crowd('sys/unseal', null);
  assert.equal((await harness.call('read', 'auth/token/lookup-self')).status, 200);
  assert.ok((await Promise.all(shares)).every(({ status }) => status === 200));
  const others = crowd('auth/token/lookup-self');
  const share = harness.call('write', 'sys/unseal', { key: 'AAAA' }, { token: null });
  assert.equal((await share).status, 200);
  assert.ok((await Promise.all(others)).some(({ status }) => status === 429));
});

test('whoever seals without the right to it keeps nobody out, least of all who has it', async () => {
  const harness = await unsealedCore();
  const crowd = Array.from({ length: inFlightRequestsMax + 20 }, () =>
    harness.call('write', 'sys/seal', {}, { token: 'nobody' }),
  );
  assert.equal((await harness.call('read', 'auth/token/lookup-self')).status, 200);
  const seal = harness.call('write', 'sys/seal');
  assert.ok((await Promise.all(crowd)).every(({ status }) => [403, 503].includes(status)));
  assert.equal((await seal).status, 204);
});

test('an error that nobody expected is 500 without its text, and the process goes on', async () => {
  const broken = brokenEngine(new TypeError('CANARY is what was being worked on'));
  const harness = await unsealedCore({}, new Map([...harnessEngines, ['broken', broken]]));
  await harness.data('write', 'sys/mounts/broken', { type: 'broken' });
  const answer = await harness.call('read', 'broken/x', undefined, { id: 'the-request' });
  assert.equal(answer.status, 500);
  assert.match(errorsOf(answer.body)[0] ?? '', /internal error/u);
  const everything = JSON.stringify([answer.body, harness.logs]) + harness.device.text;
  assert.doesNotMatch(everything, /CANARY/u);
  const logged = harness.logs.find(({ level }) => level === 'error');
  assert.match(JSON.stringify(logged), /the-request.*TypeError.*pipeline\.test/u);
  assert.equal((await harness.call('read', 'sys/mounts')).status, 200);
  assert.deepEqual(harness.fatal, []);
});

test('a broken promise of our own is told to the process, which must end', async () => {
  const broken = brokenEngine(new AssertionFailure('no'));
  const harness = await unsealedCore({}, new Map([...harnessEngines, ['broken', broken]]));
  await harness.data('write', 'sys/mounts/broken', { type: 'broken' });
  await assert.rejects(harness.call('read', 'broken/x'), AssertionFailure);
  assert.equal(harness.fatal.length, 1);
});

test('before it is initialised the cluster answers what needs no key', async () => {
  const harness = await emptyCore();
  assert.deepEqual((await harness.call('read', 'sys/init')).body, { initialized: false });
  assert.equal((await harness.call('read', 'sys/health')).status, 501);
  assert.equal((await harness.call('read', 'sys/mounts')).status, 503);
  const early = await harness.call('write', 'sys/unseal', { key: 'aa' });
  assert.equal(early.status, 400);
  assert.match(errorsOf(early.body)[0] ?? '', /not initialized/u);
});
