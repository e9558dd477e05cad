import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { checkServerIdentity, connect, createServer, type TLSSocket } from 'node:tls';
import { deleteAuthorityKey, readAuthorityWithKey } from '../../../agent/tls/authority-files.ts';
import { AutoIdentity } from '../../../agent/tls/auto-identity.ts';
import { isFailure } from '../../../shared/errors/failure.ts';

const dayMs = 86_400_000;

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'strongbox-tls-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'tls');
}

/** A clock that a test moves; it starts now, because OpenSSL checks against the host's. */
class Calendar {
  days = 0;
  readonly #startMs = Date.now();
  readonly nowMs = (): number => this.#startMs + this.days * dayMs;
}

function open(folder: string, calendar: Calendar, names: readonly string[] = []) {
  return AutoIdentity.open({ folder, names, nowMs: calendar.nowMs });
}

test('the first start makes an authority and a server certificate that clients can verify', async (t) => {
  const folder = temporaryFolder(t);
  const auto = await open(folder, new Calendar(), ['vault.example.com', '10.1.2.3']);
  const server = createServer({ key: auto.identity.key, cert: auto.identity.certificate });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const ca = readFileSync(auto.authorityPath);
  const ours = ['localhost', hostname(), 'vault.example.com', '127.0.0.1', '::1', '10.1.2.3'];
  for (const name of ours) {
    const socket: TLSSocket = connect({
      port: address.port,
      host: '127.0.0.1',
      ca,
      // The name that the client meant, whatever it is resolved to here.
      checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
    });
    await once(socket, 'secureConnect');
    assert.equal(socket.authorized, true, name);
    socket.destroy();
  }
});

test('the authority may sign servers and nothing that signs further', async (t) => {
  const auto = await open(temporaryFolder(t), new Calendar());
  const authority = new X509Certificate(readFileSync(auto.authorityPath));
  const server = new X509Certificate(auto.identity.certificate);
  assert.equal(authority.ca, true);
  assert.equal(server.ca, false);
  assert.equal(server.checkIssued(authority), true);
  assert.equal(server.verify(authority.publicKey), true);
  assert.deepEqual(server.keyUsage, ['1.3.6.1.5.5.7.3.1']);
  assert.notEqual(server.serialNumber, authority.serialNumber);
});

test('keys are files that nobody else can read', async (t) => {
  const folder = temporaryFolder(t);
  await open(folder, new Calendar());
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  const modes = readdirSync(folder).map((name) => [
    name,
    statSync(join(folder, name)).mode & 0o777,
  ]);
  assert.deepEqual(modes.sort(), [
    ['ca-key.der', 0o600],
    ['ca.pem', 0o644],
    ['server.pem', 0o600],
  ]);
});

test('the next start serves the same certificate', async (t) => {
  const folder = temporaryFolder(t);
  const first = await open(folder, new Calendar());
  const second = await open(folder, new Calendar());
  assert.deepEqual(second.identity, first.identity);
});

test('half of its life over, the certificate is renewed at the next start', async (t) => {
  const folder = temporaryFolder(t);
  const calendar = new Calendar();
  const first = (await open(folder, calendar)).identity;
  calendar.days = 85;
  assert.deepEqual((await open(folder, calendar)).identity, first);
  calendar.days = 95;
  assert.notDeepEqual((await open(folder, calendar)).identity, first);
});

test('a name that is added to the configuration gets into the certificate', async (t) => {
  const folder = temporaryFolder(t);
  await open(folder, new Calendar());
  const second = await open(folder, new Calendar(), ['*.apps.example.com']);
  const certificate = new X509Certificate(second.identity.certificate);
  assert.equal(certificate.checkHost('one.apps.example.com'), '*.apps.example.com');
});

test('without the authority key an old certificate is served on, and is renewed once it is back', async (t) => {
  const folder = temporaryFolder(t);
  const calendar = new Calendar();
  await open(folder, calendar);
  const signer = readAuthorityWithKey(folder);
  assert.ok(signer !== undefined);
  deleteAuthorityKey(folder);
  deleteAuthorityKey(folder);
  assert.equal(readAuthorityWithKey(folder), undefined);

  calendar.days = 200;
  const sealed = await open(folder, calendar);
  assert.equal(sealed.expired, true);
  assert.equal(await sealed.renewFromFile(), false);
  assert.equal(await sealed.renew(signer.key), true);
  assert.equal(sealed.expired, false);
  assert.equal(await sealed.renew(signer.key), false);
  assert.deepEqual((await open(folder, calendar)).identity, sealed.identity);
});

test('a torn server file is made anew, and cannot be while the authority key is away', async (t) => {
  const folder = temporaryFolder(t);
  const first = await open(folder, new Calendar());
  const path = join(folder, 'server.pem');
  writeFileSync(path, readFileSync(path).subarray(0, 300));
  const second = await open(folder, new Calendar());
  assert.notDeepEqual(second.identity, first.identity);
  writeFileSync(path, '');
  deleteAuthorityKey(folder);
  await assert.rejects(open(folder, new Calendar()), (error) =>
    isFailure(error, 'tls.authority-key-missing'),
  );
});

test('an authority whose key is of another one is refused', async (t) => {
  const folder = temporaryFolder(t);
  const other = temporaryFolder(t);
  await open(folder, new Calendar());
  await open(other, new Calendar());
  writeFileSync(join(folder, 'ca-key.der'), readFileSync(join(other, 'ca-key.der')));
  await assert.rejects(open(folder, new Calendar()), (error) =>
    isFailure(error, 'tls.authority-broken'),
  );
});

test('a crash between key and certificate leaves nothing that the next start stumbles over', async (t) => {
  const folder = temporaryFolder(t);
  await open(folder, new Calendar());
  rmSync(join(folder, 'ca.pem'));
  rmSync(join(folder, 'server.pem'));
  const again = await open(folder, new Calendar());
  const authority = new X509Certificate(readFileSync(again.authorityPath));
  assert.equal(new X509Certificate(again.identity.certificate).checkIssued(authority), true);
});

test('a crash while the key is removed leaves zeros, which are no key and are removed later', async (t) => {
  const folder = temporaryFolder(t);
  const first = await open(folder, new Calendar());
  const key = join(folder, 'ca-key.der');
  writeFileSync(key, Buffer.alloc(statSync(key).size));
  const again = await open(folder, new Calendar());
  assert.deepEqual(again.identity, first.identity);
  assert.equal(readAuthorityWithKey(folder), undefined);
  deleteAuthorityKey(folder);
  assert.deepEqual(readdirSync(folder).toSorted(), ['ca.pem', 'server.pem']);
});

test('an authority that is gone though it has signed is refused, and not silently made anew', async (t) => {
  const folder = temporaryFolder(t);
  await open(folder, new Calendar());
  deleteAuthorityKey(folder);
  rmSync(join(folder, 'ca.pem'));
  await assert.rejects(open(folder, new Calendar()), (error) =>
    isFailure(error, 'tls.authority-key-missing'),
  );
  assert.deepEqual(readdirSync(folder), ['server.pem']);
});

test('the key of an authority that was lost signs nothing for the one that took its place', async (t) => {
  const folder = temporaryFolder(t);
  await open(folder, new Calendar());
  const lost = readFileSync(join(folder, 'ca-key.der'));
  rmSync(folder, { recursive: true });
  const calendar = new Calendar();
  const identity = await open(folder, calendar);
  calendar.days = 400;
  assert.equal(identity.renewalDue, true);
  assert.equal(await identity.renew(lost), true);
  const authority = new X509Certificate(readFileSync(identity.authorityPath));
  const renewed = new X509Certificate(identity.identity.certificate);
  assert.equal(renewed.verify(authority.publicKey), true, 'signed with the key that is a file');
  deleteAuthorityKey(folder);
  calendar.days = 800;
  assert.equal(await identity.renew(lost), false);
});

test('a folder in the place of a file is named', async (t) => {
  const folder = temporaryFolder(t);
  await open(folder, new Calendar());
  rmSync(join(folder, 'server.pem'));
  mkdirSync(join(folder, 'server.pem'));
  await assert.rejects(open(folder, new Calendar()), (error) => {
    return isFailure(error, 'tls.file-unreadable') && /server\.pem \(EISDIR\)/.test(error.message);
  });
});
