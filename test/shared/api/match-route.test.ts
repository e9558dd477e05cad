import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchRoute } from '../../../shared/api/match-route.ts';
import type { RouteTable } from '../../../shared/api/route.ts';

const table = {
  config: { pattern: 'config', summary: 'x', operations: {} },
  roles: { pattern: 'roles', summary: 'x', operations: {} },
  role: { pattern: 'roles/:name', summary: 'x', operations: {} },
  roleSelf: { pattern: 'roles/self', summary: 'x', operations: {} },
  roleSecret: { pattern: 'roles/:name/secret', summary: 'x', operations: {} },
  data: { pattern: 'data/*path', summary: 'x', operations: {} },
  metadata: { pattern: 'metadata/*path?', summary: 'x', operations: {} },
  mountTune: { pattern: 'mounts/*path/tune', summary: 'x', operations: {} },
  mount: { pattern: 'mounts/*path', summary: 'x', operations: {} },
} as const satisfies RouteTable;

/** The route's name and what it captured, as one line. */
function matched(path: string): string {
  const match = matchRoute(table, path);
  return match === undefined
    ? '-'
    : [match.name, ...Object.entries(match.parameters).flat()].join(' ');
}

test('routes match by segments, literals before names before rests', () => {
  const expected = {
    config: 'config',
    'config/': 'config',
    'config/x': '-',
    roles: 'roles',
    'roles/': 'roles',
    'roles/self': 'roleSelf',
    'roles/self/': 'roleSelf',
    'roles/ops': 'role name ops',
    'roles/ops/secret': 'roleSecret name ops',
    'roles/self/secret': 'roleSecret name self',
    'roles/ops/other': '-',
    data: '-',
    'data/': '-',
    'data/a/b': 'data path a/b',
    'data/a/b/': 'data path a/b',
    metadata: 'metadata path ',
    'metadata/': 'metadata path ',
    'metadata/a/': 'metadata path a',
    mounts: '-',
    'mounts/a/b': 'mount path a/b',
    'mounts/tune': 'mount path tune',
    'mounts/a/b/tune': 'mountTune path a/b',
    'mounts/a/tune/b': 'mount path a/tune/b',
    'mounts/tune/tune': 'mountTune path tune',
    '': '-',
    Config: '-',
    toString: '-',
    __proto__: '-',
  };
  for (const [path, line] of Object.entries(expected)) assert.equal(matched(path), line, path);
});

test('a name begins and ends with a word character, a free path need not', () => {
  for (const name of ['ops.', '.ops', '-a', 'a-', '*', '+', ' a', 'a ']) {
    assert.equal(matched(`roles/${name}`), '-', name);
    assert.equal(matched(`data/${name}`), `data path ${name}`);
  }
  assert.equal(matched('roles/a.b-c'), 'role name a.b-c');
  assert.equal(matched('roles/é'), 'role name é');
});

test('the mount itself matches an optional rest', () => {
  const cubbyhole = {
    secret: { pattern: '*path?', summary: 'x', operations: {} },
  } as const satisfies RouteTable;
  assert.deepEqual(matchRoute(cubbyhole, '')?.parameters, { path: '' });
  assert.deepEqual(matchRoute(cubbyhole, 'a/b/')?.parameters, { path: 'a/b' });
});

test('a captured parameter of a failed branch does not leak into another', () => {
  const routes = {
    deep: { pattern: ':a/:b/end', summary: 'x', operations: {} },
    rest: { pattern: '*all', summary: 'x', operations: {} },
  } as const satisfies RouteTable;
  assert.deepEqual(matchRoute(routes, 'x/y/z')?.parameters, { all: 'x/y/z' });
});

test('two routes with one pattern are a programmer error', () => {
  const route = { pattern: 'x', summary: 'x', operations: {} };
  assert.throws(() => matchRoute({ one: route, two: { ...route } }, 'x'), {
    name: 'AssertionFailure',
  });
});
