import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAgentArguments } from '../../../agent/config/arguments.ts';
import { devConfig } from '../../../agent/config/dev-config.ts';

test('Vault’s -dev flags work with one dash or two', () => {
  const command = parseAgentArguments(['-dev', '-dev-root-token-id=t', '--dev-kv-v1']);
  assert.equal(command.kind, 'dev');
  if (command.kind !== 'dev') return;
  assert.deepEqual(command.options, {
    host: '127.0.0.1',
    port: 8200,
    rootTokenId: 't',
    kvVersion: 1,
  });
  const config = devConfig(command.options);
  assert.equal(config.node.data, undefined);
  assert.deepEqual(config.init.mounts, [{ path: 'secret', type: 'kv', version: 1 }]);
});

test('an IPv6 listen address loses its brackets', () => {
  const command = parseAgentArguments(['--dev', '--dev-listen-address', '[::1]:9000']);
  assert.equal(command.kind === 'dev' && command.options.host, '::1');
});

test('a file is run, or only checked', () => {
  assert.deepEqual(parseAgentArguments(['--config', 'a.yaml']), { kind: 'run', config: 'a.yaml' });
  const checked = parseAgentArguments(['--config=a.yaml', '--check-config']);
  assert.deepEqual(checked, { kind: 'check-config', config: 'a.yaml' });
});

test('service takes an action, and a folder to look first', () => {
  assert.deepEqual(parseAgentArguments(['service', 'install', '--root', '/x']), {
    kind: 'service',
    action: 'install',
    root: '/x',
  });
});

for (const words of [
  [],
  ['--check-config'],
  ['--config'],
  ['--no-such-flag'],
  ['service'],
  ['service', 'restart'],
  ['start'],
  ['--config', 'a', '--root', '/'],
  ['--dev', '--dev-listen-address', '127.0.0.1:99999'],
  ['--dev', '--dev-listen-address', 'nowhere'],
]) {
  test(`refused with a pointer to --help: ${words.join(' ') || 'no words'}`, () => {
    assert.throws(() => parseAgentArguments(words), {
      code: 'agent.arguments',
      message: /--help$/,
    });
  });
}
