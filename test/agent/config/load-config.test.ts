import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import type { AgentConfig } from '../../../agent/config/config.ts';
import { loadConfig } from '../../../agent/config/load-config.ts';
import { StrongBoxError } from '../../../shared/errors/failure.ts';
import { meaninglessYaml } from '../../fuzz/targets/config.ts';

const folder = mkdtempSync(join(tmpdir(), 'strongbox-config-'));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'agent.yaml');

function load(text: string): AgentConfig {
  writeFileSync(file, text);
  return loadConfig(file);
}

/** The refusal of a text: its line, and what is said of it. */
function refusal(text: string): { readonly line: number; readonly problem: string } {
  try {
    load(text);
  } catch (error) {
    assert.ok(error instanceof StrongBoxError, String(error));
    assert.equal(error.code, 'config.invalid');
    assert.equal(error.exit, 1);
    const { line, problem } = error.parameters;
    assert.equal(error.message, `${file}:${line}: ${problem}`);
    return { line: Number(line), problem: String(problem) };
  }
  assert.fail('the configuration was taken');
}

const architecture = `node: { id: node-1, data: ./data }           # data folder: locked, mode 0700
listen:
  - { address: 127.0.0.1:8200, tls: auto }   # or { cert, key }; off only on loopback
  - { socket: ./run/strongbox.sock, mode: "0660", group: apps }
peer: { address: 127.0.0.1:8201 }
store: { engine: embedded }
threads: { request: 1 }                      # that serve requests
seal: { type: shamir }
init: { from: local }                        # local | anywhere
audit:
  - { type: file, path: ./audit/audit.log, sync: always, rotate: { bytes: 256MiB, keep: 30 } }
metrics: { access: token }                   # token | loopback
log: { level: info }
limits: { requestBytes: 1MiB }
`;

const least = `node: { id: n, data: d }
listen:
  - { socket: s }
audit:
  - { type: file, path: a/log }
`;

test('the configuration of the architecture is read as it stands there', () => {
  assert.deepEqual(load(architecture), {
    node: { id: 'node-1', data: join(folder, 'data') },
    listen: [
      { kind: 'tcp', host: '127.0.0.1', port: 8_200, tls: { kind: 'auto' }, names: [] },
      { kind: 'socket', path: join(folder, 'run/strongbox.sock'), mode: 0o660, group: 'apps' },
    ],
    threads: { request: 1 },
    init: { from: 'local', mounts: [] },
    audit: [
      {
        type: 'file',
        name: 'file',
        path: join(folder, 'audit/audit.log'),
        sync: 'always',
        rotate: { bytes: 268_435_456, keep: 30 },
      },
    ],
    metrics: { access: 'token' },
    log: { level: 'info' },
    limits: { requestBytes: 1_048_576 },
  });
});

test('what is left out has the safe value', () => {
  const config = load(least);
  assert.deepEqual(config.init, { from: 'local', mounts: [] });
  assert.deepEqual(config.metrics, { access: 'token' });
  assert.deepEqual(config.log, { level: 'info' });
  assert.equal(config.audit[0]?.sync, 'always');
  assert.equal(config.threads.request, 1);
  assert.equal(load(`${least}threads: { request: 16 }\n`).threads.request, 16);
  const [socket] = config.listen;
  assert.equal(socket?.kind === 'socket' && socket.mode, 0o600);
  const tcp = load(least.replace('socket: s', 'address: "[::1]:0"')).listen[0];
  assert.deepEqual(tcp, { kind: 'tcp', host: '::1', port: 0, tls: { kind: 'auto' }, names: [] });
});

test('JSON is YAML, and absolute paths stay', () => {
  const config = load(
    JSON.stringify({
      node: { id: 'n', data: '/var/lib/x' },
      listen: [
        {
          address: 'vault.example:8200',
          tls: { cert: '/c.pem', key: 'k.pem' },
          names: ['*.example'],
        },
      ],
      audit: [{ type: 'file', path: '/var/log/a' }],
    }),
  );
  assert.equal(config.node.data, '/var/lib/x');
  assert.deepEqual(config.listen[0], {
    kind: 'tcp',
    host: 'vault.example',
    port: 8_200,
    tls: { kind: 'files', certificate: '/c.pem', key: join(folder, 'k.pem') },
    names: ['*.example'],
  });
});

const cases: readonly (readonly [name: string, text: string, line: number, problem: RegExp])[] = [
  ['an empty file', '', 1, /empty/],
  ['only a comment', '# nothing\n', 1, /empty/],
  ['a list', '- a\n', 1, /must be a map of node, listen/],
  ['a broken file', 'node: { id: n\nlisten: [\n', 2, /not valid YAML/],
  ['a tab for indentation', 'node:\n\tid: n\n', 2, /use spaces/],
  ['two documents', `${least}---\n${least}`, 6, /second document/],
  ['a key twice', `${least}log: { level: info }\nlog: { level: debug }\n`, 7, /twice/],
  ['an inner key twice', least.replace('id: n', 'id: n, id: m'), 1, /twice/],
  ['an unknown section', `${least}telemetry: {}\n`, 6, /"telemetry" is no key here; there are/],
  ['a section with a typo', `${least}limit: {}\n`, 6, /did you mean "limits"\?/],
  ['another letter case', `${least}Log: { level: info }\n`, 6, /did you mean "log"\?/],
  ['an inner typo', least.replace('id: n', 'id: n, dta: x'), 1, /node: "dta" .*"data"\?/],
  ['a missing section', least.replace(/audit:[^]*/, ''), 1, /needs the key "audit"/],
  ['a missing key', least.replace(', data: d', ''), 1, /node: needs the key "data"/],
  ['a key without value', `${least}log:\n`, 6, /log: must be a map|log: has no value/],
  ['a text for a section', `${least}log: info\n`, 6, /log: must be a map of level/],
  ['no listener', least.replace('  - { socket: s }', '  []'), 3, /needs at least one/],
  ['no audit device', least.replace(/ {2}- \{ type[^]*/, '  []\n'), 5, /needs at least one/],
  ['a map for a list', least.replace('  - { socket: s }', '  { socket: s }'), 3, /must be a list/],
  ['a bad id', least.replace('id: n', 'id: N_1'), 1, /node.id: must be/],
  ['a log level of another kind', `${least}log: { level: loud }\n`, 6, /must be info or debug/],
  ['a boolean for a word', `${least}metrics: { access: true }\n`, 6, /must be token or loopback/],
  ['a size in a wrong unit', `${least}limits: { requestBytes: 1MB }\n`, 6, /must be a size/],
  ['a size without limit', `${least}limits: { requestBytes: 1GiB }\n`, 6, /from 1024 to 1048576/],
  ['a negative size', `${least}limits: { requestBytes: -1 }\n`, 6, /must be a size/],
  ['a fraction of a size', `${least}limits: { requestBytes: 1.5MiB }\n`, 6, /must be a size/],
  [
    'a rotation of a few bytes',
    least.replace('a/log', 'a/log, rotate: { bytes: 1 }'),
    5,
    /audit\[0\].rotate.bytes: must be from 65536/,
  ],
  ['keeping no file', least.replace('a/log', 'a/log, rotate: { keep: 0 }'), 5, /from 1 to 10000/],
  [
    'an engine we have not',
    `${least}store: { engine: etcd }\n`,
    6,
    /store.engine: must be embedded/,
  ],
  [
    'no thread for requests',
    `${least}threads: { request: 0 }\n`,
    6,
    /threads.request: must be from 1 to 16/,
  ],
  ['too many threads', `${least}threads: { request: 17 }\n`, 6, /must be from 1 to 16/],
  ['a kind of thread we have not', `${least}threads: { disk: 1 }\n`, 6, /"disk" is no key here/],
  ['a seal we have not', `${least}seal: { type: transit }\n`, 6, /seal.type: must be shamir/],
  ['a peer without port', `${least}peer: { address: localhost }\n`, 6, /peer.address: must be an/],
  ['a device we have not', least.replace('file', 'syslog'), 5, /audit\[0\].type: must be file/],
  ['a device twice', `${least}  - { type: file, path: a/log, name: b }\n`, 6, /has its path twice/],
  [
    'a device name twice',
    `${least}  - { type: file, path: b/log }\n`,
    6,
    /needs a name of its own/,
  ],
  ['a log among the data', least.replace('a/log', 'd/log'), 5, /folder of its own/],
  ['plain HTTP for all', least.replace('socket: s', 'address: 0.0.0.0:1, tls: off'), 3, /loopback/],
  [
    'plain HTTP by name',
    least.replace('socket: s', 'address: localhost:1, tls: off'),
    3,
    /loopback/,
  ],
  ['no port', least.replace('socket: s', 'address: 127.0.0.1'), 3, /must be an address and a port/],
  ['too high a port', least.replace('socket: s', 'address: 127.0.0.1:65536'), 3, /and a port/],
  ['IPv6 without brackets', least.replace('socket: s', 'address: "::1:8200"'), 3, /and a port/],
  ['a listener that is neither', least.replace('socket: s', 'port: 1'), 3, /"port" is no key here/],
  ['a listener that is both', least.replace('s }', 's, address: 127.0.0.1:1 }'), 3, /no key here/],
  ['a socket with TLS', least.replace('s }', 's, tls: auto }'), 3, /"tls" is no key here/],
  [
    'a key without certificate',
    least.replace('socket: s', 'address: a:1, tls: { key: k }'),
    3,
    /"cert"/,
  ],
  ['another word for TLS', least.replace('socket: s', 'address: a:1, tls: yes'), 3, /auto or off/],
  ['a mode that opens nothing', least.replace('s }', 's, mode: "0999" }'), 3, /must be a mode/],
  [
    'OpenBao #1651: a mode with setuid',
    least.replace('s }', 's, mode: "4660" }'),
    3,
    /must be a mode/,
  ],
  [
    'CVE-2024-0831: values in clear on one of the devices',
    least.replace('a/log', 'a/log, log_raw: true'),
    5,
    /"log_raw" is no key here/,
  ],
  [
    'GHSA-5x4g-q5rc-36jp: ciphers of one’s own',
    least.replace('socket: s', 'address: a:1, tls: { cert: c, key: k, ciphers: RC4-SHA }'),
    3,
    /"ciphers" is no key here/,
  ],
  [
    'GHSA-5x4g-q5rc-36jp: an older version of TLS',
    least.replace('socket: s', 'address: a:1, tls: { cert: c, key: k, minVersion: TLSv1 }'),
    3,
    /"minVersion" is no key here/,
  ],
  [
    'GHSA-pm3m-32r3-7mfh: a negative number of files',
    least.replace('a/log', 'a/log, rotate: { keep: -1 }'),
    5,
    /rotate.keep: must be/,
  ],
  ['a mode with x', least.replace('s }', 's, mode: "0770" }'), 3, /leave the x bits out/],
  [
    'a socket twice',
    least.replace('s }', 's }\n  - { socket: ./s }'),
    4,
    /listen\[1\]: is there twice/,
  ],
  [
    'a socket path beyond the kernel',
    least.replace('s }', `${'s'.repeat(108)} }`),
    3,
    /at most 107/,
  ],
  ['a mount that is ours', `${least}init: { mounts: [{ path: sys, type: kv }] }\n`, 6, /taken/],
  [
    'a mount that is nearly ours',
    `${least}init: { mounts: [{ path: Sys/a, type: kv }] }\n`,
    6,
    /taken/,
  ],
  [
    'a mount whose path is no name',
    `${least}init: { mounts: [{ path: 'a!', type: kv }] }\n`,
    6,
    /a path/,
  ],
  [
    'mounts that overlap',
    `${least}init: { mounts: [{ path: a, type: kv }, { path: a/b, type: kv }] }\n`,
    6,
    /overlaps/,
  ],
  ['a mount that climbs', `${least}init: { mounts: [{ path: a/../b, type: kv }] }\n`, 6, /a path/],
  ['an anchor', least.replace('id: n', 'id: &x n'), 1, /anchors are not read/],
  [
    'an alias',
    least.replace('data: d', 'data: *x').replace('id: n', 'id: &x n'),
    1,
    /not read here/,
  ],
  ['a tag', least.replace('id: n', 'id: !!binary aGk='), 1, /tags are not read|not valid YAML/],
  [
    'a tag of a program',
    least.replace('id: n', 'id: !!js/function f'),
    1,
    /tags are|not valid YAML/,
  ],
  ['a merge key', least.replace('id: n', 'id: n, <<: { x: y }'), 1, /no key here/],
  ['a list for a text', least.replace('data: d', 'data: [d]'), 1, /node.data: must be a text/],
  ['null for a text', least.replace('data: d', 'data: null'), 1, /node.data: must be a text/],
  ['lists within lists', `${'['.repeat(30_000)}\n`, 1, /not valid YAML|must be a map/],
  ['maps within maps', `${'{a: '.repeat(10_000)}\n`, 1, /not valid YAML|must be a map|no key/],
  ['a file of a megabyte', `# ${'x'.repeat(1_048_576)}\n`, 1, /larger than 65536 bytes/],
];

for (const [name, text, line, problem] of cases) {
  test(`refused with its line: ${name}`, () => {
    const told = refusal(text);
    assert.match(told.problem, problem);
    assert.equal(told.line, line, told.problem);
  });
}

test('F-46: a value in the place of a key is not repeated: it may be a secret', () => {
  const { problem } = refusal(`${least}"hvs.CAESIJ 1234":\n`);
  assert.doesNotMatch(problem, /CAESIJ/);
});

test('a file that is not there, or is a folder, is named with the reason', () => {
  for (const [path, reason] of [
    [join(folder, 'none.yaml'), /ENOENT/],
    [folder, /EISDIR/],
  ] as const) {
    assert.throws(() => loadConfig(path), { code: 'config.unreadable', message: reason });
  }
});

test('F-46: no text at all brings the reader down', () => {
  fc.assert(
    fc.property(meaninglessYaml, (text) => {
      assert.throws(() => load(text), { code: 'config.invalid' });
    }),
    { numRuns: 2_000 },
  );
});
