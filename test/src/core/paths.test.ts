/** One name has one spelling: policies, engines and the audit log see the same path (group B). */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import type { RouteTable } from '../../../shared/api/route.ts';
import { StrongBoxError } from '../../../shared/errors/failure.ts';
import type { JsonObject } from '../../../shared/json/value.ts';
import { pathBytesMax } from '../../../shared/limits.ts';
import type { CoreRequest } from '../../../src/core/request.ts';
import type { Engine } from '../../../src/engines/engine.ts';
import {
  type CoreHarness,
  harnessEngines,
  partOf,
  textOf,
  unsealedCore,
} from '../../support/core-harness.ts';

const routes = {
  all: {
    pattern: '*path?',
    summary: '',
    operations: {
      read: { effect: false },
      write: { effect: true, openBody: true },
      delete: { effect: true },
      list: { effect: false },
    },
  },
} as const satisfies RouteTable;

/** An engine that only writes down which paths it was asked for. */
function listeningEngine(seen: string[]): Engine {
  const note = async ({ path }: { readonly path: string }): Promise<{ data: JsonObject }> => {
    seen.push(path);
    return { data: { keys: ['x'] } };
  };
  const engine: Engine<typeof routes> = {
    type: 'listening',
    routes,
    handlers: { all: { read: note, write: note, delete: note, list: note } },
  };
  return engine;
}

async function listeningCore(): Promise<{ harness: CoreHarness; seen: string[] }> {
  const seen: string[] = [];
  const engines = new Map([...harnessEngines, ['listening', listeningEngine(seen)]]);
  const harness = await unsealedCore({}, engines);
  await harness.data('write', 'sys/mounts/box', { type: 'listening' });
  return { harness, seen };
}

// CVE-2026-3605 and its family: the spelling that the backend saw was not the one that was checked.
test('dot segments in any encoding are refused before anything sees them', async () => {
  const { harness, seen } = await listeningCore();
  const bad = ['.', './', '..', '/./', '../', '/../', 'a/.', 'a/..', 'a/./b', 'a/../b'];
  const encoded = ['%2e%2e', '%2E.', '..%2f', '%252e%252e', '%5c..%5c', 'a%00', 'a%0ab', 'a//b'];
  for (const path of [...bad, ...encoded]) {
    await assert.rejects(harness.call('read', `box/${path}`), StrongBoxError, path);
  }
  assert.deepEqual(seen, []);
  for (const path of ['.../a', 'a/.../b', 'user..aaa']) {
    assert.equal((await harness.call('read', `box/${path}`)).status, 200, path);
  }
  assert.deepEqual(seen, ['.../a', 'a/.../b', 'user..aaa']);
});

test('a trailing slash does not make a second name of a secret', async () => {
  const { harness, seen } = await listeningCore();
  await harness.policy(
    'almost',
    'path "box/*" { capabilities = ["read"] }\npath "box/a" { capabilities = ["deny"] }',
  );
  const { client_token: token } = await harness.createToken({ policies: ['almost'] });
  assert.equal((await harness.call('read', 'box/a', undefined, token)).status, 403);
  assert.equal((await harness.call('read', 'box/a/', undefined, token)).status, 403);
  assert.equal((await harness.call('read', 'box/b/', undefined, token)).status, 200);
  assert.deepEqual(seen, ['b']);
});

// CVE-2026-12624, CVE-2026-63131: LIST of `x/` was decided as `x` first.
test('LIST of a folder is decided by the rules for the folder', async () => {
  const { harness } = await listeningCore();
  await harness.policy(
    'lister',
    `path "box/metadata/*" { capabilities = ["list"] }
     path "box/metadata/private/*" { capabilities = ["deny"] }
     path "box/metadata/private/granted/*" { capabilities = ["list"] }`,
  );
  const { client_token: token } = await harness.createToken({ policies: ['lister'] });
  const expected: readonly [string, number][] = [
    ['box/metadata/', 200],
    ['box/metadata', 200],
    ['box/metadata/private/', 403],
    ['box/metadata/private', 403],
    ['box/metadata/private/internal/', 403],
    ['box/metadata/private/granted/', 200],
    ['box/', 403],
  ];
  for (const [path, status] of expected) {
    assert.equal((await harness.call('list', path, undefined, token)).status, status, path);
  }
});

test('names that JavaScript knows are names like any other', async () => {
  const harness = await unsealedCore();
  await harness.data('write', 'sys/mounts/__proto__', { type: 'kv' });
  await harness.data('write', '__proto__/constructor', { toString: 'x', hasOwnProperty: 'y' });
  const data = await harness.data('read', '__proto__/constructor');
  assert.equal(data['toString'], 'x');
  await harness.policy('__proto__', 'path "__proto__/*" { capabilities = ["read"] }');
  const { client_token: token } = await harness.createToken({ policies: ['__proto__'] });
  const answer = await harness.call('read', '__proto__/constructor', undefined, token);
  assert.equal(answer.status, 200);
  const mounts = await harness.call('read', 'sys/mounts');
  assert.ok(JSON.stringify(mounts.raw.body).includes('"__proto__/"'));
  assert.equal(({} as Record<string, unknown>)['type'], undefined);
});

test('policies, the engine and the audit log see the same path', async () => {
  const { harness, seen } = await listeningCore();
  const unit = fc.constantFrom(...'aA/.%2ef*+ \0é\\'.split(''));
  const path = fc.string({ unit, minLength: 1, maxLength: 6 });
  const method = fc.constantFrom<CoreRequest['method']>('read', 'write', 'delete', 'list');
  let count = 0;
  await fc.assert(
    fc.asyncProperty(path, method, async (raw, verb) => {
      seen.length = 0;
      count += 1;
      const id = `path-${count}`;
      const wire = `box/${encodeURIComponent(raw).replaceAll('%2F', '/')}`;
      try {
        await harness.call(verb, wire, undefined, { id });
      } catch (error) {
        assert.ok(error instanceof StrongBoxError);
        assert.deepEqual(seen, []);
        return;
      }
      const [record] = harness.recordsOf(id);
      const audited = textOf(partOf(record, 'request'), 'path');
      const asked = (
        await harness.data('write', 'sys/policies/explain', {
          path: audited,
          capability: 'read',
        })
      )['allowed'];
      assert.equal(asked, true);
      assert.deepEqual(seen, [audited.slice('box/'.length)]);
      assert.equal(audited.endsWith('/'), verb === 'list');
    }),
    { numRuns: 300 },
  );
});

test('no secret is made whose metadata is out of reach', async () => {
  const harness = await unsealedCore();
  await harness.data('write', 'sys/mounts/kv', { type: 'kv', options: { version: '2' } });
  const folder = 'a'.repeat(200);
  const longest = `${folder}/${'b'.repeat(pathBytesMax - `kv/metadata/${folder}/`.length)}`;
  const write = (name: string): ReturnType<CoreHarness['call']> =>
    harness.call('write', `kv/data/${name}`, { data: { a: 'b' } });
  assert.equal((await write(longest)).status, 200);
  for (const operation of ['delete', 'undelete', 'destroy']) {
    const path = `kv/${operation}/${longest}`;
    assert.equal((await harness.call('write', path, { versions: [1] })).status, 204, operation);
  }
  assert.equal((await harness.call('delete', `kv/metadata/${longest}`)).status, 204);
  for (const more of ['b', 'bb', 'bbb', 'bbbb']) {
    const answer = await write(longest + more);
    assert.equal(answer.status, 400);
    assert.match(JSON.stringify(answer.body), /kv\.path-too-long/u);
  }
});
