import { createPrivateKey, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { failure } from '../../shared/errors/failure.ts';
import { type CertificateAuthority, makeAuthority } from './certificate-maker.ts';
import { readFileIfThere, removeSecretFile, writeFileDurably } from './private-file.ts';

/**
 * The certificate authority of `tls: auto`, in a folder of the data folder:
 *
 *     ca.pem       what clients trust; stays
 *     ca-key.der   its key (PKCS#8), until `operator init` has moved it into the sealed store
 *
 * The key is written before the certificate: a crash between the two leaves a key that nobody
 * trusts yet, and the next start makes both anew. It is zeroed before it is removed: a crash
 * between those two leaves zeros, which count as no key, and the next unseal removes them.
 */

export const authorityFileName = 'ca.pem';
export const serverFileName = 'server.pem';
const keyFileName = 'ca-key.der';

/**
 * Loads the authority, or makes it at the first start. Throws `tls.authority-broken`, and
 * `tls.authority-key-missing` when it is gone though it has signed.
 */
export async function loadOrCreateAuthority(folder: string, nowMs: number): Promise<string> {
  const path = join(folder, authorityFileName);
  const certificate = readFileIfThere(path)?.toString('latin1');
  if (certificate !== undefined) {
    checkPair(folder, certificate);
    return certificate;
  }
  // A certificate that it signed is there: a new one would be trusted by nobody.
  const signed = readFileIfThere(join(folder, serverFileName)) !== undefined;
  if (signed && readKey(folder) === undefined) {
    throw failure('tls.authority-key-missing', { path: folder });
  }
  const made = await makeAuthority(nowMs);
  writeFileDurably(join(folder, keyFileName), made.key, 0o600);
  made.key.fill(0);
  writeFileDurably(path, Buffer.from(made.certificate), 0o644);
  return made.certificate;
}

/**
 * The authority with its key, while that is still a file. The receiver zeroes the key. `operator
 * init` stores it and then calls deleteAuthorityKey.
 */
export function readAuthorityWithKey(folder: string): CertificateAuthority | undefined {
  const certificate = readFileIfThere(join(folder, authorityFileName));
  const key = readKey(folder);
  if (certificate === undefined || key === undefined) return undefined;
  return { certificate: certificate.toString('latin1'), key };
}

/** Zeroes and removes the key's file. Does nothing if that was done. */
export function deleteAuthorityKey(folder: string): void {
  removeSecretFile(join(folder, keyFileName));
}

/** A file of zeros is one whose removal was broken off: it holds no key any more. */
function readKey(folder: string): Buffer | undefined {
  const key = readFileIfThere(join(folder, keyFileName));
  return key !== undefined && key.length > 0 && key.every((byte) => byte === 0) ? undefined : key;
}

/** Whether a key (PKCS#8) is that of a certificate (PEM). */
export function belongsTogether(certificate: string, key: Uint8Array): boolean {
  try {
    const view = Buffer.from(key.buffer, key.byteOffset, key.byteLength);
    const parsed = createPrivateKey({ key: view, format: 'der', type: 'pkcs8' });
    return new X509Certificate(certificate).checkPrivateKey(parsed);
  } catch {
    return false; // Unreadable is as broken as mismatched.
  }
}

function checkPair(folder: string, certificate: string): void {
  const key = readKey(folder);
  try {
    if (key === undefined ? isCertificate(certificate) : belongsTogether(certificate, key)) return;
  } finally {
    key?.fill(0);
  }
  throw failure('tls.authority-broken', { path: folder });
}

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).ca;
  } catch {
    return false;
  }
}
