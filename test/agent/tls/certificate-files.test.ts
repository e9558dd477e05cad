import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { AutoIdentity } from '../../../agent/tls/auto-identity.ts';
import { certificateNames } from '../../../agent/tls/certificate-maker.ts';
import {
  type CertificatePaths,
  loadCertificateFiles,
} from '../../../agent/tls/certificate-files.ts';
import type { ErrorCode } from '../../../shared/errors/registry.ts';
import { StrongBoxError } from '../../../shared/errors/failure.ts';

interface Files extends CertificatePaths {
  readonly folder: string;
}

async function pair(t: TestContext): Promise<Files> {
  const folder = mkdtempSync(join(tmpdir(), 'strongbox-tls-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const { identity } = await AutoIdentity.open({
    folder: join(folder, 'auto'),
    names: ['a.example.com', '*.b.example.com'],
    nowMs: Date.now,
  });
  const certificate = join(folder, 'cert.pem');
  const key = join(folder, 'key.pem');
  writeFileSync(certificate, identity.certificate);
  writeFileSync(key, identity.key, { mode: 0o600 });
  return { folder, certificate, key };
}

function refused(paths: CertificatePaths, code: ErrorCode): void {
  assert.throws(
    () => loadCertificateFiles(paths),
    (error) => {
      assert.ok(error instanceof StrongBoxError);
      assert.equal(error.code, code);
      assert.doesNotMatch(error.message, /-----|asn1|error:/i);
      return true;
    },
  );
}

test('a certificate is loaded with its key and tells its names', async (t) => {
  const files = await pair(t);
  const identity = loadCertificateFiles(files);
  assert.deepEqual(identity.certificate, readFileSync(files.certificate));
  const names = certificateNames(identity.certificate);
  assert.ok(names.includes('a.example.com') && names.includes('*.b.example.com'));
});

test('F-46: a key that others can read is refused, one that its group can read is not', async (t) => {
  const files = await pair(t);
  for (const mode of [0o644, 0o604, 0o620, 0o601]) {
    chmodSync(files.key, mode);
    refused(files, 'tls.key-exposed');
  }
  chmodSync(files.key, 0o640);
  loadCertificateFiles(files);
});

test('missing, empty and foreign files are refused by what is wrong with them', async (t) => {
  const files = await pair(t);
  const other = await pair(t);
  const empty = join(files.folder, 'empty.pem');
  writeFileSync(empty, '', { mode: 0o600 });
  refused({ ...files, certificate: join(files.folder, 'none.pem') }, 'tls.file-unreadable');
  refused({ ...files, key: join(files.folder, 'none.pem') }, 'tls.file-unreadable');
  refused({ ...files, certificate: empty }, 'tls.certificate-invalid');
  refused({ ...files, certificate: files.key }, 'tls.certificate-invalid');
  refused({ ...files, key: empty }, 'tls.key-invalid');
  refused({ ...files, key: other.key }, 'tls.mismatch');
});

test('a key under a passphrase is refused: nobody could type it', async (t) => {
  const files = await pair(t);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const locked = privateKey.export({
    format: 'pem',
    type: 'pkcs8',
    cipher: 'aes-256-cbc',
    passphrase: 'x',
  });
  writeFileSync(files.key, locked);
  refused(files, 'tls.key-invalid');
});
