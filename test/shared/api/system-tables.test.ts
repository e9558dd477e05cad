/** The tables of system and token routes against what Vault's documentation says of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { matchRoute } from '../../../shared/api/match-route.ts';
import type { OperationSpec, RouteTable } from '../../../shared/api/route.ts';
import { sysRoutes } from '../../../shared/api/sys.ts';
import { tokenRoutes } from '../../../shared/api/token.ts';

const tables: readonly [string, RouteTable][] = [
  ['sys/', sysRoutes],
  ['auth/token/', tokenRoutes],
];

function having(has: (spec: OperationSpec) => boolean): readonly string[] {
  return tables.flatMap(([mount, table]) =>
    Object.values(table).flatMap(({ pattern, operations }) =>
      Object.entries(operations)
        .filter(([, spec]) => has(spec))
        .map(([method]) => `${method} ${mount}${pattern}`),
    ),
  );
}

test('exactly these are served without a record', () => {
  assert.deepEqual(having(({ unaudited }) => unaudited === true).toSorted(), [
    'read sys/health',
    'read sys/init',
    'read sys/leader',
    'read sys/metrics',
    'read sys/seal-status',
  ]);
});

test('exactly these are served although no audit device can write', () => {
  assert.deepEqual(
    having(({ servedWithoutAudit }) => servedWithoutAudit === true),
    ['write sys/unseal', 'write sys/step-down'],
  );
});

test('exactly these are taken on whatever else is asked', () => {
  assert.deepEqual(
    having(({ urgent }) => urgent === true),
    ['write sys/unseal', 'write sys/seal', 'write sys/step-down'],
  );
});

test('exactly these need no token', () => {
  assert.deepEqual(having(({ anonymous }) => anonymous === true).toSorted(), [
    'delete sys/generate-root/attempt',
    'read sys/generate-root/attempt',
    'read sys/health',
    'read sys/init',
    'read sys/internal/ui/mounts',
    'read sys/internal/ui/mounts/*path',
    'read sys/leader',
    'read sys/metrics',
    'read sys/seal-status',
    'write sys/decode-token',
    'write sys/generate-root/attempt',
    'write sys/generate-root/update',
    'write sys/init',
    'write sys/unseal',
  ]);
});

test('exactly these need sudo besides their own capability', () => {
  assert.deepEqual(having(({ sudo }) => sudo === true).toSorted(), [
    'delete sys/audit/*path',
    'delete sys/auth/*path',
    'delete sys/generate-root-token/attempt',
    'list auth/token/accessors',
    'read sys/audit',
    'read sys/auth/*path',
    'read sys/auth/*path/tune',
    'read sys/generate-root-token/attempt',
    'write auth/token/revoke-orphan',
    'write sys/audit/*path',
    'write sys/auth/*path',
    'write sys/auth/*path/tune',
    'write sys/generate-root-token/attempt',
    'write sys/generate-root-token/update',
    'write sys/rotate',
    'write sys/rotate/keyring',
    'write sys/seal',
    'write sys/step-down',
  ]);
});

test('exactly these answer without an envelope', () => {
  assert.deepEqual([...new Set(having(({ shape }) => shape === 'bare'))].toSorted(), [
    'delete sys/generate-root-token/attempt',
    'delete sys/generate-root/attempt',
    'read sys/generate-root-token/attempt',
    'read sys/generate-root/attempt',
    'read sys/health',
    'read sys/init',
    'read sys/leader',
    'read sys/metrics',
    'read sys/seal-status',
    'write sys/generate-root-token/attempt',
    'write sys/generate-root-token/update',
    'write sys/generate-root/attempt',
    'write sys/generate-root/update',
    'write sys/init',
    'write sys/unseal',
  ]);
});

test('routes that change something say so, those that only tell do not', () => {
  const changing = having(({ effect }) => effect);
  const telling = having(({ effect }) => !effect);
  assert.deepEqual(
    changing.filter((route) => /^(?:read|list|scan) /u.test(route)),
    [],
  );
  assert.deepEqual(telling.filter((route) => /^(?:write|delete|patch) /u.test(route)).toSorted(), [
    'write auth/token/lookup',
    'write auth/token/lookup-accessor',
    'write auth/token/lookup-self',
    'write sys/audit-hash/*path',
    'write sys/capabilities',
    'write sys/capabilities-accessor',
    'write sys/capabilities-self',
    'write sys/decode-token',
    'write sys/policies/explain',
  ]);
});

test('paths of mounts with several segments find their routes', () => {
  const nameOf = (path: string): string | undefined => matchRoute(sysRoutes, path)?.name;
  assert.equal(nameOf('mounts'), 'mounts');
  assert.equal(nameOf('mounts/'), 'mounts');
  assert.equal(nameOf('mounts/team/kv'), 'mount');
  assert.equal(nameOf('mounts/team/kv/tune'), 'mountTune');
  assert.equal(nameOf('internal/ui/mounts'), 'visibleMounts');
  assert.equal(nameOf('internal/ui/mounts/a/b'), 'visibleMount');
  assert.equal(nameOf('policies/acl/a'), 'aclPolicy');
  assert.equal(nameOf('policies/acl/a/b'), undefined);
  assert.equal(nameOf('rotate/keyring/config'), 'rotateKeyringConfig');
  assert.equal(nameOf('seal-status/x'), undefined);
});
