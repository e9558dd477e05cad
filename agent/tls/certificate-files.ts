import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { failure } from '../../shared/errors/failure.ts';
import { systemErrorCode } from '../system-error.ts';
import type { TlsIdentity } from './identity.ts';

/**
 * A listener's own certificate and key (`tls: { cert, key }`), checked before anything is served.
 */

export interface CertificatePaths {
  /** PEM: the server's certificate first, then the ones between it and the root. */
  readonly certificate: string;
  /** PEM, without a passphrase. */
  readonly key: string;
}

/** Any access for others, and writing for the group (certbot gives its group the right to read). */
const exposedBits = 0o027;

/** Throws `tls.*`; what was loaded before stays in use then. */
export function loadCertificateFiles(paths: CertificatePaths): TlsIdentity {
  const certificate = readBytes(paths.certificate);
  refuseExposedKey(paths.key);
  const identity = { key: readBytes(paths.key), certificate };
  try {
    check(identity, paths);
  } catch (error) {
    identity.key.fill(0);
    throw error;
  }
  return identity;
}

function check(identity: TlsIdentity, paths: CertificatePaths): void {
  const certificate = parsed(
    () => new X509Certificate(identity.certificate),
    () => failure('tls.certificate-invalid', { path: paths.certificate }),
  );
  const key = parsed(
    () => createPrivateKey(identity.key),
    () => failure('tls.key-invalid', { path: paths.key }),
  );
  if (!certificate.checkPrivateKey(key)) throw failure('tls.mismatch', { ...paths });
  parsed(
    () => createSecureContext({ cert: identity.certificate, key: identity.key }),
    () => failure('tls.refused', { certificate: paths.certificate }),
  );
}

/** A library's message may quote the file: only what we say of it gets out. */
function parsed<Result>(parse: () => Result, refusal: () => Error): Result {
  try {
    return parse();
  } catch {
    throw refusal();
  }
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const reason = systemErrorCode(error) ?? 'unknown error';
    throw failure('tls.file-unreadable', { path, reason });
  }
}

function refuseExposedKey(path: string): void {
  const mode = (statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o777;
  if ((mode & exposedBits) === 0) return;
  throw failure('tls.key-exposed', { path, mode: mode.toString(8).padStart(3, '0') });
}
