import assert from 'node:assert/strict';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { endpointText, findEndpoint } from '../../../console/client/endpoint.ts';
import { readSetting } from '../../../console/client/settings.ts';
import { TemporaryFolder } from '../run-cli.ts';

/** Neither root nor, in a test that root runs, the caller. */
const strangerId = 65_534;

function found(
  environment: Readonly<Record<string, string>>,
  address?: string,
  folder = '/nonexistent',
): string {
  return endpointText(findEndpoint({ environment, address, folder }));
}

test('an own setting wins over Vault’s, also when it is empty', () => {
  const both = { STRONGBOX_ADDR: 'a', VAULT_ADDR: 'b' };
  assert.deepEqual(readSetting(both, 'ADDR'), { value: 'a', variable: 'STRONGBOX_ADDR' });
  assert.deepEqual(readSetting({ VAULT_ADDR: 'b' }, 'ADDR')?.variable, 'VAULT_ADDR');
  assert.equal(readSetting({ STRONGBOX_ADDR: '', VAULT_ADDR: 'b' }, 'ADDR'), undefined);
  assert.equal(readSetting({}, 'ADDR'), undefined);
});

test('the flag wins over the address, the address over the socket', () => {
  const environment = { STRONGBOX_ADDR: 'https://a.example:1', STRONGBOX_SOCKET: '/run/s.sock' };
  assert.equal(found(environment, 'http://b.example:2'), 'http://b.example:2');
  assert.equal(found(environment), 'https://a.example:1');
  assert.equal(found({ STRONGBOX_SOCKET: '/run/s.sock' }), 'unix:///run/s.sock');
  const relative = found({ STRONGBOX_SOCKET: 'run/s.sock' }, undefined, '/srv');
  assert.equal(relative, 'unix:///srv/run/s.sock');
});

test('the agent of the current folder is found, then that of the host, then the default', () => {
  using folder = new TemporaryFolder();
  mkdirSync(join(folder.path, '.strongbox', 'run'), { recursive: true });
  mkdirSync(join(folder.path, '.strongbox', 'data', 'tls'), { recursive: true });
  const socket = join(folder.path, '.strongbox', 'run', 'strongbox.sock');
  const before = findEndpoint({ environment: {}, address: undefined, folder: folder.path });
  if (before.kind === 'url') assert.equal(endpointText(before), 'https://127.0.0.1:8200');
  writeFileSync(join(folder.path, '.strongbox', 'data', 'tls', 'ca.pem'), '');
  const withAuthority = findEndpoint({ environment: {}, address: undefined, folder: folder.path });
  if (withAuthority.kind === 'url') {
    assert.equal(
      withAuthority.authorityFile,
      join(folder.path, '.strongbox', 'data', 'tls', 'ca.pem'),
    );
  }
  writeFileSync(socket, '');
  assert.equal(found({}, undefined, folder.path), `unix://${socket}`);
});

test('the service is found though its socket belongs to the user it runs as', (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can give a file to another user');
  using folder = new TemporaryFolder();
  const serviceSocket = join(folder.path, 'strongbox.sock');
  writeFileSync(serviceSocket, '');
  chownSync(serviceSocket, strangerId, strangerId);
  const search = { environment: {}, address: undefined, serviceSocket };
  const elsewhere = findEndpoint({ ...search, folder: '/nonexistent' });
  assert.equal(endpointText(elsewhere), `unix://${serviceSocket}`);
});

test('what somebody else has put into the current folder is passed over', (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can give a file to another user');
  using folder = new TemporaryFolder();
  mkdirSync(join(folder.path, '.strongbox', 'run'), { recursive: true });
  const planted = join(folder.path, '.strongbox', 'run', 'strongbox.sock');
  writeFileSync(planted, '');
  chownSync(planted, strangerId, strangerId);
  const serviceSocket = '/nonexistent';
  const search = { environment: {}, address: undefined, folder: folder.path, serviceSocket };
  assert.equal(endpointText(findEndpoint(search)), 'https://127.0.0.1:8200');
});

test('addresses are read with their ports, bases and IPv6 hosts', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['https://vault.example', 'https://vault.example:443'],
    ['http://vault.example', 'http://vault.example:80'],
    ['https://vault.example:8200/', 'https://vault.example:8200'],
    ['https://proxy.example/vault/', 'https://proxy.example:443/vault'],
    ['https://[::1]:8200', 'https://[::1]:8200'],
    ['unix:///run/x.sock', 'unix:///run/x.sock'],
  ];
  for (const [written, read] of rows) assert.equal(found({}, written), read);
});

test('what is no address is refused with the forms that are', () => {
  const wrong = [
    '127.0.0.1:8200',
    'ftp://x',
    'https://user:pass@x',
    'https://x/?a=1',
    'https://x/#y',
    'unix://relative',
    'https://',
    'x y',
  ];
  for (const address of wrong) {
    assert.throws(() => found({}, address), { code: 'client.address-invalid', exit: 1 }, address);
  }
});

test('a password in an address is not repeated in the error', () => {
  assert.throws(() => found({}, 'https://user:CANARY@x'), {
    code: 'client.address-invalid',
    message: /^(?!.*CANARY)/u,
  });
});
