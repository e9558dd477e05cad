import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readTokenFile, writeTokenFile } from '../../../console/client/token-file.ts';
import { tokenBytesMax } from '../../../shared/limits.ts';
import { TemporaryFolder } from '../run-cli.ts';

test('the token is kept in one file that only its owner can read', () => {
  using home = new TemporaryFolder();
  const file = writeTokenFile({}, home.path, 'hvs.first');
  assert.equal(file, join(home.path, '.strongbox-token'));
  assert.equal(statSync(file).mode & 0o777, 0o600);
  writeTokenFile({}, home.path, 'hvs.second');
  assert.equal(readFileSync(file, 'utf8'), 'hvs.second');
  assert.deepEqual(readdirSync(home.path), ['.strongbox-token'], 'nothing is left beside it');
  assert.deepEqual(readTokenFile({}, home.path), { token: 'hvs.second', source: file });
});

test('Vault’s file is read where there is no own one, and never written', () => {
  using home = new TemporaryFolder();
  const vault = join(home.path, '.vault-token');
  writeFileSync(vault, 'hvs.vault\n', { mode: 0o600 });
  assert.deepEqual(readTokenFile({}, home.path), { token: 'hvs.vault', source: vault });
  writeTokenFile({}, home.path, 'hvs.own');
  assert.equal(readTokenFile({}, home.path)?.token, 'hvs.own');
  assert.equal(readFileSync(vault, 'utf8'), 'hvs.vault\n');
});

test('a token file that others can read is refused, with the cure', () => {
  for (const name of ['.strongbox-token', '.vault-token']) {
    for (const mode of [0o640, 0o604, 0o622, 0o777]) {
      using home = new TemporaryFolder();
      const file = join(home.path, name);
      writeFileSync(file, 'hvs.x');
      chmodSync(file, mode);
      assert.throws(() => readTokenFile({}, home.path), {
        code: 'client.token-file-open',
        message: /chmod 600/u,
      });
    }
  }
});

test('what is no token in the file is refused without being shown', () => {
  for (const content of [
    'two words',
    'CANARY\u0000',
    'CANARY\nmore',
    'ü',
    'x'.repeat(tokenBytesMax + 1),
  ]) {
    using home = new TemporaryFolder();
    writeFileSync(join(home.path, '.strongbox-token'), content, { mode: 0o600 });
    try {
      readTokenFile({}, home.path);
      assert.fail(`${JSON.stringify(content)} was taken`);
    } catch (error) {
      assert.equal((error as { code?: string }).code, 'client.token-invalid');
      assert.equal(String(error).includes('CANARY'), false);
    }
  }
});

test('an empty file is no token; a folder in its place is named', () => {
  using home = new TemporaryFolder();
  writeFileSync(join(home.path, '.strongbox-token'), '\n', { mode: 0o600 });
  assert.equal(readTokenFile({}, home.path), undefined);
  using other = new TemporaryFolder();
  mkdirSync(join(other.path, '.strongbox-token'));
  assert.throws(() => readTokenFile({}, other.path), { code: 'client.token-file-unreadable' });
});

test('another place for the file can be named', () => {
  using home = new TemporaryFolder();
  const file = join(home.path, 'elsewhere');
  const environment = { STRONGBOX_TOKEN_PATH: file };
  assert.equal(writeTokenFile(environment, home.path, 'hvs.x'), file);
  assert.equal(readTokenFile(environment, home.path)?.token, 'hvs.x');
});

test('a folder that cannot be written to leaves nothing behind', () => {
  assert.throws(() => writeTokenFile({}, '/nonexistent', 'hvs.CANARY'), {
    code: 'client.token-file-unwritable',
    message: /^(?!.*CANARY)/u,
  });
});
