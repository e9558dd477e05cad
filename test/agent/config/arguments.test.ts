import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentUsage, parseAgentArguments } from '../../../agent/config/arguments.ts';
import { devConfig } from '../../../agent/config/dev-config.ts';

test('an agent runs by its configuration, or only checks it', () => {
  assert.deepEqual(parseAgentArguments(['--config', 'f']), { kind: 'run', config: 'f' });
  assert.deepEqual(parseAgentArguments(['-config=f']), { kind: 'run', config: 'f' });
  const check = parseAgentArguments(['--config', 'f', '--check-config']);
  assert.deepEqual(check, { kind: 'check-config', config: 'f' });
});

test('a development server takes the flags of Vault, with one dash or two', () => {
  const plain = { host: '127.0.0.1', port: 8_200, rootTokenId: undefined, kvVersion: 2 };
  assert.deepEqual(parseAgentArguments(['--dev']), { kind: 'dev', options: plain });
  for (const dash of ['-', '--']) {
    const words = ['dev', 'dev-root-token-id=t', 'dev-listen-address=[::1]:0', 'dev-kv-v1'];
    assert.deepEqual(parseAgentArguments(words.map((word) => dash + word)), {
      kind: 'dev',
      options: { host: '::1', port: 0, rootTokenId: 't', kvVersion: 1 },
    });
  }
});

test('the development server listens on plain HTTP and keeps nothing', () => {
  const config = devConfig({ host: '127.0.0.1', port: 1, rootTokenId: undefined, kvVersion: 1 });
  assert.equal(config.node.data, undefined);
  assert.deepEqual(config.listen, [
    { kind: 'tcp', host: '127.0.0.1', port: 1, tls: { kind: 'off' }, names: [] },
  ]);
  assert.deepEqual(config.init.mounts, [{ path: 'secret', type: 'kv', version: 1 }]);
});

test('the service command has two actions', () => {
  for (const action of ['install', 'uninstall'] as const) {
    const words = ['service', action, '--root', '/r'];
    assert.deepEqual(parseAgentArguments(words), { kind: 'service', action, root: '/r' });
  }
});

test('help and version win over everything else', () => {
  assert.deepEqual(parseAgentArguments(['--dev', '--help']), { kind: 'help' });
  assert.deepEqual(parseAgentArguments(['-h']), { kind: 'help' });
  assert.deepEqual(parseAgentArguments(['--version']), { kind: 'version' });
  assert.match(agentUsage, /--check-config/);
});

const wrong: readonly (readonly string[])[] = [
  [],
  ['--config'],
  ['--conf', 'f'],
  ['--check-config'],
  ['--dev=yes'],
  ['--root', '/r'],
  ['service'],
  ['service', 'start'],
  ['service', 'install', 'now'],
  ['server', 'install'],
  ['--dev', '--dev-listen-address', 'localhost'],
  ['--dev', '--dev-listen-address', 'localhost:65536'],
  ['--dev', '--dev-listen-address', 'a b:1'],
  ['--dev', '--dev-root-token-id'],
  ['--dev', '--config', 'f'],
  ['--dev', '--check-config'],
  ['--config', 'f', '--dev-root-token-id', 't'],
  ['--config', 'f', '--dev-kv-v1'],
  ['service', 'install', '--dev'],
  ['service', 'install', '--config', 'f'],
];

for (const words of wrong) {
  test(`refused with where to look: ${JSON.stringify(words)}`, () => {
    assert.throws(() => parseAgentArguments(words), {
      code: 'agent.arguments',
      message: /see strongbox-agent --help$/,
    });
  });
}

test('a refusal quotes no word: it may be a secret in the wrong place', () => {
  for (const words of [['hvs.CAES'], ['--hvs.CAES'], ['--dev', '-thvs.CAES']]) {
    assert.throws(
      () => parseAgentArguments(words),
      (error) => error instanceof Error && !error.message.includes('CAES'),
    );
  }
});
