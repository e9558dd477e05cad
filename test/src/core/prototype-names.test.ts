/**
 * Names that every JavaScript object knows are names like any other, wherever a caller may choose
 * one, and whatever is sent, the built-in prototypes stay what they are. 10,000 random requests, or
 * as many as STRONGBOX_FUZZ_REQUESTS says.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { StrongBoxError } from '../../../shared/errors/failure.ts';
import type { JsonObject, JsonValue } from '../../../shared/json/value.ts';
import type { CoreRequest } from '../../../src/core/request.ts';
import { partOf, textOf, unsealedCore } from '../../support/core-harness.ts';

const requests = Number(process.env['STRONGBOX_FUZZ_REQUESTS'] ?? 10_000);
const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype'];

/** An object with one member whose name the language would take for something else. */
function member(name: string, value: JsonValue): Record<string, JsonValue> {
  return Object.fromEntries([[name, value]]);
}

/** Everything that hangs on the prototypes that parsed values have. */
function prototypes(): string {
  const all = [Object, Array, Function, String, Number, Boolean, Map, Set, Promise, Uint8Array];
  return all
    .flatMap(({ name, prototype }) =>
      Reflect.ownKeys(prototype as object).map((key) => `${name}.${String(key)}`),
    )
    .join('\n');
}

for (const name of names) {
  test(`a mount, a policy, a role, a secret and a field may be called ${name}`, async () => {
    const harness = await unsealedCore();
    const before = prototypes();
    const { call, data } = { call: harness.call.bind(harness), data: harness.data.bind(harness) };

    for (const path of [
      `sys/mounts/${name}`,
      `sys/policies/acl/${name}`,
      `auth/token/roles/${name}`,
    ]) {
      const missing = await call('read', path);
      assert.ok([400, 404].includes(missing.status), `${path} is not there: ${missing.status}`);
    }
    await data('write', `sys/mounts/${name}`, { type: 'kv', options: { version: '2' } });
    const path = `${name}/data/${name}/${name}`;
    assert.equal((await call('read', path)).status, 404);
    await data('write', path, { data: member(name, 'value') });
    assert.deepEqual(partOf(await data('read', path), 'data'), member(name, 'value'));
    assert.deepEqual((await data('list', `${name}/metadata/`))['keys'], [`${name}/`]);
    await data('write', `${name}/metadata/${name}/${name}`, { custom_metadata: member(name, 'x') });
    const metadata = await data('read', `${name}/metadata/${name}/${name}`);
    assert.deepEqual(metadata['custom_metadata'], member(name, 'x'));

    await harness.policy(name, `path "${name}/*" { capabilities = ["read"] }`);
    await data('write', `auth/token/roles/${name}`, { allowed_policies: [name] });
    const made = await call('write', `auth/token/create/${name}`, {
      policies: [name],
      meta: member(name, 'x'),
    });
    assert.equal(made.status, 200, JSON.stringify(made.body));
    const token = textOf(partOf(made.body as JsonObject, 'auth'), 'client_token');
    assert.equal((await call('read', path, undefined, token)).status, 200);
    assert.equal((await call('write', path, { data: {} }, token)).status, 403);
    const asked = await call('read', 'sys/health', undefined, {
      query: member(name, '1') as never,
    });
    assert.equal(asked.status, 200);
    assert.equal(prototypes(), before);
    assert.deepEqual(harness.fatal, []);
  });
}

test('own (prototype names): after any requests at all the built-in prototypes are unchanged, and nothing was a fault of ours', async () => {
  const harness = await unsealedCore();
  await harness.data('write', 'sys/mounts/secret', { type: 'kv', options: { version: '2' } });
  await harness.data('write', 'sys/mounts/old', { type: 'kv', options: { version: '1' } });
  const before = prototypes();
  const odd = fc.constantFrom(...names, '__defineGetter__', 'length', 'data', 'a', 'options');
  const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<JsonValue>(null, true, 0, -1, 1, '', 'a', '__proto__', 'root', '1h'),
      fc.array(tie('value'), { maxLength: 2 }),
      fc
        .array(fc.tuple(odd, tie('value')), { maxLength: 3 })
        .map((pairs) => Object.fromEntries(pairs)),
    ),
  }));
  const path = fc
    .tuple(
      fc.constantFrom(
        'sys/mounts',
        'sys/policies/acl',
        'sys/auth',
        'sys/operators',
        'auth/token/roles',
        'auth/token/create',
        'secret/data',
        'secret/metadata',
        'old',
        'cubbyhole',
        'sys/internal/ui/mounts',
        'sys/capabilities-self',
        'auth/token/lookup',
        'sys/audit-hash',
      ),
      fc.array(odd, { maxLength: 2 }),
    )
    .map(([base, rest]) => [base, ...rest].join('/'));
  const method = fc.constantFrom<CoreRequest['method']>(
    ...(['read', 'write', 'write', 'patch', 'delete', 'list', 'scan'] as const),
  );
  await fc.assert(
    fc.asyncProperty(method, path, value, async (verb, where, body) => {
      try {
        const { status } = await harness.call(verb, where, body);
        assert.ok(status < 500, `${verb} ${where} ${JSON.stringify(body)}: ${status}`);
      } catch (error) {
        assert.ok(error instanceof StrongBoxError, String(error));
      }
      harness.device.due = 'full';
    }),
    { numRuns: requests },
  );
  assert.equal(prototypes(), before);
  assert.deepEqual(harness.fatal, []);
  const errors = harness.logs.filter(({ level }) => level === 'error');
  assert.deepEqual(errors, []);
});
