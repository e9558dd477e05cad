import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeAuthority, makeServerCertificate } from '../../../agent/tls/certificate-maker.ts';
import { runCli, TemporaryFolder } from '../run-cli.ts';
import { StandIn } from '../stand-in.ts';

const yearMs = 31_536_000_000;
const sealed = { type: 'shamir', initialized: true, sealed: false, t: 2, n: 3, progress: 0 };

interface Place {
  readonly names: readonly string[];
  readonly madeMs?: number;
}

/** A server under TLS, and the file of the authority that signed its certificate. */
async function listenTls(folder: string, { names, madeMs = Date.now() }: Place) {
  const authority = await makeAuthority(Date.now());
  const server = await makeServerCertificate(authority, names, madeMs);
  const caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, authority.certificate);
  const tls = { cert: server.certificate, key: server.key };
  const standIn = await StandIn.listen(() => ({ body: sealed }), { tls });
  return { standIn, caFile, address: `https://127.0.0.1:${standIn.port}` };
}

test('an address with http:// at a listener with TLS is told what it should be', async () => {
  using folder = new TemporaryFolder();
  const { standIn, address } = await listenTls(folder.path, { names: ['127.0.0.1'] });
  await using _ = standIn;
  const plain = await runCli(['status', '--address', address.replace('https', 'http')]);
  assert.equal(plain.code, 1);
  assert.match(plain.stderr, /if TLS is spoken there, the address begins with https:/u);
});

test('a certificate is trusted by its authority alone, by flag or environment', async () => {
  using folder = new TemporaryFolder();
  const { standIn, caFile, address } = await listenTls(folder.path, { names: ['127.0.0.1'] });
  await using _ = standIn;
  const unknown = await runCli(['status', '--address', address]);
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /client\.tls-authority-unknown/u);
  assert.match(unknown.stderr, /--ca-cert/u);
  assert.equal(standIn.received.length, 0, 'nothing was sent to a server that is not known');
  const flag = await runCli(['status', '--address', address, '-ca-cert', caFile]);
  assert.equal(flag.code, 0, flag.stderr);
  const env = { VAULT_ADDR: address, VAULT_CACERT: caFile };
  assert.equal((await runCli(['status'], { env })).code, 0);
  const path = { STRONGBOX_ADDR: address, STRONGBOX_CAPATH: folder.path };
  assert.equal((await runCli(['status'], { env: path })).code, 0);
});

test('a certificate for another name is refused, unless it is the expected one', async () => {
  using folder = new TemporaryFolder();
  const place = { names: ['agent.example'] };
  const { standIn, caFile, address } = await listenTls(folder.path, place);
  await using _ = standIn;
  const words = ['status', '--address', address, '--ca-cert', caFile];
  const wrong = await runCli(words);
  assert.match(wrong.stderr, /client\.tls-name-wrong/u);
  const expected = await runCli([...words, '--tls-server-name', 'agent.example']);
  assert.equal(expected.code, 0, expected.stderr);
});

test('an expired certificate is refused', async () => {
  using folder = new TemporaryFolder();
  const place = { names: ['127.0.0.1'], madeMs: Date.now() - 10 * yearMs };
  const { standIn, caFile, address } = await listenTls(folder.path, place);
  await using _ = standIn;
  const expired = await runCli(['status', '--address', address, '--ca-cert', caFile]);
  assert.equal(expired.code, 1);
  assert.match(expired.stderr, /client\.tls-expired/u);
});

test('TLS towards a server without TLS says so', async () => {
  await using server = await StandIn.listen(() => ({ body: sealed }));
  const ran = await runCli(['status', '--address', `https://127.0.0.1:${server.port}`]);
  assert.match(ran.stderr, /client\.tls-failed/u);
  assert.match(ran.stderr, /http:\/\//u);
});

test('verification cannot be switched off, by no flag and no variable', async () => {
  for (const variable of ['STRONGBOX_SKIP_VERIFY', 'VAULT_SKIP_VERIFY']) {
    const env = { [variable]: 'true', VAULT_ADDR: 'https://127.0.0.1:1' };
    const ran = await runCli(['status'], { env });
    assert.match(ran.stderr, new RegExp(`${variable} is refused`, 'u'));
    assert.equal(ran.code, 1);
  }
  const flag = await runCli(['status', '-tls-skip-verify']);
  assert.match(flag.stderr, /client\.tls-skip-verify/u);
  await using server = await StandIn.listen(() => ({ body: sealed }));
  const off = { VAULT_SKIP_VERIFY: 'false', VAULT_ADDR: server.address };
  assert.equal((await runCli(['status'], { env: off })).code, 0);
});

test('a client certificate needs its key, and files that are not there are named', async () => {
  const address = ['--address', 'https://127.0.0.1:1'];
  const half = await runCli(['status', ...address, '--client-cert', 'x.pem']);
  assert.match(half.stderr, /given with its key/u);
  const missing = await runCli(['status', ...address, '--ca-cert', '/nonexistent/ca.pem']);
  assert.match(missing.stderr, /\/nonexistent\/ca\.pem \(there is no such file\)/u);
});
