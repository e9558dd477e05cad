/** Every field of every system and token route, with values of every wrong kind (F-40, group E). */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { RouteMethod, RouteTable } from '../../../shared/api/route.ts';
import { sysRoutes } from '../../../shared/api/sys.ts';
import { tokenRoutes } from '../../../shared/api/token.ts';
import type { JsonValue } from '../../../shared/json/value.ts';
import { unsealedCore } from '../../support/core-harness.ts';

const wrongValues: readonly JsonValue[] = [
  { k: 'CANARY' },
  [['CANARY']],
  'CANARY\0',
  'CANARY'.repeat(100),
  -1,
  1.5,
  true,
  ['CANARY', 1],
  '',
  null,
];

/** These end what the other cases need. */
const skipped = new Set(['sys/seal', 'sys/init', 'sys/rotate', 'sys/rotate/keyring']);

function operationsOf(mount: string, table: RouteTable): readonly [string, RouteMethod, string][] {
  return Object.values(table).flatMap(({ pattern, operations }) => {
    const path = mount + pattern.replaceAll(/[:*]\w+/gu, 'name');
    return Object.entries(operations).flatMap(([method, spec]) =>
      Object.keys(spec.fields ?? {}).map((field): [string, RouteMethod, string] => [
        path,
        method as RouteMethod,
        field,
      ]),
    );
  });
}

const cases = [...operationsOf('sys/', sysRoutes), ...operationsOf('auth/token/', tokenRoutes)];
const allowedStatuses = new Set([200, 202, 204, 400, 403, 404, 405, 429]);

test('no wrong value of any field is a fault of ours, is echoed or logged', async () => {
  const harness = await unsealedCore();
  assert.ok(cases.length > 80, 'the tables were walked');
  for (const [path, method, field] of cases) {
    harness.device.due = 'full';
    if (skipped.has(path)) continue;
    for (const value of wrongValues) {
      const isBody = method === 'write' || method === 'patch';
      const query = isBody ? {} : { [field]: typeof value === 'string' ? value : 'CANARY' };
      const body = isBody ? { type: 'kv', [field]: value } : undefined;
      const answer = await harness.call(method, path, body, { query });
      const what = `${method} ${path} ${field}=${JSON.stringify(value).slice(0, 20)}`;
      assert.ok(allowedStatuses.has(answer.status), `${what}: ${answer.status}`);
      if (answer.status < 400) continue;
      assert.doesNotMatch(JSON.stringify(answer.body), /CANARY/u, what);
    }
  }
  assert.doesNotMatch(harness.device.text, /CANARY/u);
  assert.doesNotMatch(JSON.stringify(harness.logs), /CANARY/u);
  assert.deepEqual(harness.fatal, []);
});

test('whatever is sent, the next good request is answered', async () => {
  const harness = await unsealedCore();
  for (const body of ['[', '[]', 'null', '1', '{"a":1,"a":2}', '['.repeat(200), '\ufeff{}']) {
    const answer = await harness.call('write', 'auth/token/create', Buffer.from(body));
    assert.equal(answer.status, 400, body.slice(0, 20));
  }
  assert.equal((await harness.call('read', 'auth/token/lookup-self')).status, 200);
});
