import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadConfig } from '../../../agent/config/load-config.ts';
import { isFailure } from '../../../shared/errors/failure.ts';

const folder = mkdtempSync(join(tmpdir(), 'strongbox-config-'));
const file = join(folder, 'agent.yaml');
after(() => rmSync(folder, { recursive: true }));

function load(text: string): ReturnType<typeof loadConfig> {
  writeFileSync(file, text);
  return loadConfig(file);
}

/** Line and problem of the refusal. */
function refusal(text: string): string {
  try {
    load(text);
  } catch (error) {
    assert.ok(isFailure(error, 'config.invalid'), String(error));
    assert.ok(error.message.startsWith(`${file}:`), 'names the file');
    return error.message.slice(file.length + 1);
  }
  return 'accepted';
}

const minimal = `node: { id: node-1, data: ./data }
listen:
  - { socket: ./run/sb.sock }
audit:
  - { type: file, path: ./audit/audit.log }
`;

test('the example of the architecture is read, with paths relative to the file', () => {
  const config = load(`node: { id: node-1, data: ./data }           # a comment
listen:
  - { address: 127.0.0.1:8200, tls: auto }
  - { socket: ./run/strongbox.sock, mode: "0660", group: apps }
seal: { type: shamir }
init: { from: local }
audit:
  - { type: file, path: ./audit/audit.log, sync: always, rotate: { bytes: 256MiB, keep: 30 } }
metrics: { access: token }
log: { level: info }
limits: { requestBytes: 1MiB }
`);
  assert.equal(config.node.data, join(folder, 'data'));
  assert.deepEqual(config.listen, [
    { kind: 'tcp', host: '127.0.0.1', port: 8200, tls: { kind: 'auto' }, names: [] },
    { kind: 'socket', path: join(folder, 'run/strongbox.sock'), mode: 0o660, group: 'apps' },
  ]);
  assert.deepEqual(config.audit[0]?.rotate, { bytes: 268_435_456, keep: 30 });
  assert.equal(config.limits.requestBytes, 1_048_576);
});

test('what is left out has a safe default', () => {
  const config = load(minimal);
  assert.equal(config.init.from, 'local');
  assert.deepEqual(config.init.mounts, []);
  assert.equal(config.metrics.access, 'token');
  assert.equal(config.audit[0]?.sync, 'always');
  assert.deepEqual(config.listen[0], {
    kind: 'socket',
    path: join(folder, 'run/sb.sock'),
    mode: 0o600,
    group: undefined,
  });
});

test('init.mounts names engines that a new cluster starts with', () => {
  const config = load(`${minimal}init: { mounts: [{ path: secret, type: kv, version: 2 }] }\n`);
  assert.deepEqual(config.init.mounts, [{ path: 'secret', type: 'kv', version: 2 }]);
});

const refused: readonly (readonly [name: string, text: string, sentence: RegExp])[] = [
  [
    'an unknown key',
    `${minimal}lissten: []\n`,
    /^6: "lissten" is no key here; did you mean "listen"\?$/,
  ],
  ['a key twice', `${minimal}node: { id: a, data: b }\n`, /^6: not valid YAML \(DUPLICATE_KEY\)$/],
  ['an empty file', '', /^1: the file is empty$/],
  [
    'no listener',
    minimal.replace('\n  - { socket: ./run/sb.sock }', ' []'),
    /^2: listen: needs at least one/,
  ],
  [
    'no audit device',
    minimal.replace(/\n {2}- \{ type.*/, ' []'),
    /^4: audit: needs at least one device/,
  ],
  [
    'an alias',
    `${minimal}log: &a { level: info }\nmetrics: *a\n`,
    /^6: anchors are not read here$/,
  ],
  ['a tag', `${minimal}log: !!js/function { level: info }\n`, /^6: /],
  [
    'a wrong size',
    minimal.replace('audit.log }', 'audit.log, rotate: { bytes: 12parsecs } }'),
    /^5: .*must be a size/,
  ],
  [
    'a wrong mode',
    minimal.replace('sb.sock }', 'sb.sock, mode: "0777" }'),
    /^3: .*cannot be executed/,
  ],
  [
    'a port too high',
    minimal.replace('socket: ./run/sb.sock', 'address: "127.0.0.1:70000"'),
    /^3: .*address and a port/,
  ],
  [
    'plain HTTP in the open',
    minimal.replace('socket: ./run/sb.sock', 'address: "0.0.0.0:8200", tls: off'),
    /^3: .*loopback addresses only/,
  ],
  [
    'a listener twice',
    minimal.replace('audit:', '  - { socket: ./run/sb.sock }\naudit:'),
    /^4: .*is there twice/,
  ],
  [
    'a log in the data folder',
    minimal.replace('./audit/audit.log', './data/audit.log'),
    /^5: .*folder of its own/,
  ],
  ['a seal that is not there', `${minimal}seal: { type: hsm }\n`, /^6: seal.type: must be shamir$/],
  [
    'a mount at sys',
    `${minimal}init: { mounts: [{ path: sys/x, type: kv }] }\n`,
    /^6: .*taken by the agent/,
  ],
  [
    'a mount twice',
    `${minimal}init: { mounts: [{ path: a, type: kv }, { path: a/b, type: kv }] }\n`,
    /^6: .*overlaps/,
  ],
  [
    'a body limit above the maximum',
    `${minimal}limits: { requestBytes: 2MiB }\n`,
    /^6: .*from 1024 to 1048576/,
  ],
  ['a node id with blanks', minimal.replace('node-1', '"node 1"'), /^1: node.id: must be/],
  ['a section without value', `${minimal}log:\n`, /^6: log: must be a map of level$/],
  ['a key without value', `${minimal}log: { level }\n`, /^6: log.level: has no value$/],
];

for (const [name, text, sentence] of refused) {
  test(`refused with line and cure: ${name}`, () => {
    assert.match(refusal(text), sentence);
  });
}

test('a refusal quotes nothing that may be a secret', () => {
  const canary = 'hvs.Canary0123456789';
  for (const text of [
    `${minimal}${canary}: x\n`,
    `${minimal}log: { level: ${canary} }\n`,
    `${minimal}limits: { requestBytes: ${canary} }\n`,
    minimal.replace('node-1', canary),
    `${minimal}: ${canary} : [`,
  ]) {
    assert.equal(refusal(text).includes(canary), false);
  }
});

test('a file that is not there, or far too large, is named', () => {
  assert.throws(() => loadConfig(join(folder, 'none.yaml')), { code: 'config.unreadable' });
  assert.match(refusal(`# ${'x'.repeat(100_000)}\n${minimal}`), /^1: the file is larger/);
});
