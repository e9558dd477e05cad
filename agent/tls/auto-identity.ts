import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { failure } from '../../shared/errors/failure.ts';
import {
  authorityFileName,
  belongsTogether,
  loadOrCreateAuthority,
  readAuthorityWithKey,
  serverFileName,
} from './authority-files.ts';
import { type CertificateAuthority, makeServerCertificate } from './certificate-maker.ts';
import type { TlsIdentity } from './identity.ts';
import { pemOfKey } from './pem.ts';
import { readFileIfThere, writeFileDurably } from './private-file.ts';

/**
 * The server certificate of `tls: auto`: `server.pem` (key first, then certificate, one file so
 * that the two are never of different makes) beside the authority. It is renewed from half its life
 * on, whenever the authority's key is at hand: from its file before init, from the store while
 * unsealed. An agent that stays sealed for long goes on serving an expired one, and says so:
 * refusing would take away the means to unseal it.
 */

const certificateMark = '-----BEGIN CERTIFICATE-----';

export interface AutoIdentityOptions {
  /** Folder of the authority and the server certificate. */
  readonly folder: string;
  /** Names and addresses that clients use, besides localhost, its addresses and the host's name. */
  readonly names: readonly string[];
  readonly nowMs: () => number;
}

export class AutoIdentity {
  readonly #options: AutoIdentityOptions;
  readonly #names: readonly string[];
  readonly #authority: string;
  #identity: TlsIdentity;
  #certificate: X509Certificate;

  private constructor(options: AutoIdentityOptions, authority: string, identity: TlsIdentity) {
    this.#options = options;
    this.#names = certifiedNames(options.names);
    this.#authority = authority;
    this.#identity = identity;
    this.#certificate = new X509Certificate(identity.certificate);
  }

  /**
   * Loads or makes the authority and the server certificate. Throws `tls.authority-broken`, and
   * `tls.authority-key-missing` if a certificate must be made and its signer is in the store.
   */
  static async open(options: AutoIdentityOptions): Promise<AutoIdentity> {
    const authority = await loadOrCreateAuthority(options.folder, options.nowMs());
    const path = join(options.folder, serverFileName);
    const stored = storedIdentity(path, authority);
    if (stored !== undefined) {
      const opened = new AutoIdentity(options, authority, stored);
      await opened.renewFromFile();
      return opened;
    }
    const signer = readAuthorityWithKey(options.folder);
    if (signer === undefined) {
      throw failure('tls.authority-key-missing', { path: options.folder });
    }
    const names = certifiedNames(options.names);
    return new AutoIdentity(options, authority, await makeIdentity(path, signer, names, options));
  }

  get identity(): TlsIdentity {
    return this.#identity;
  }

  /** The file that clients trust (STRONGBOX_CACERT, `curl --cacert`). */
  get authorityPath(): string {
    return join(this.#options.folder, authorityFileName);
  }

  /** Whether the certificate has run out, which is an alarm. */
  get expired(): boolean {
    return this.#options.nowMs() >= this.#certificate.validToDate.getTime();
  }

  get expiresAt(): Date {
    return this.#certificate.validToDate;
  }

  /** Whether half its life is over, or a name is missing in it. */
  get renewalDue(): boolean {
    const from = this.#certificate.validFromDate.getTime();
    const to = this.#certificate.validToDate.getTime();
    return (
      this.#options.nowMs() >= from + (to - from) / 2 || !coversAll(this.#certificate, this.#names)
    );
  }

  /**
   * Renews with the authority's key (PKCS#8) if that is due; returns whether it did. A key of the
   * authority that was before this one (whose files were lost) signs nothing.
   */
  async renew(authorityKey: Uint8Array): Promise<boolean> {
    if (!this.renewalDue) return false;
    if (!belongsTogether(this.#authority, authorityKey)) return this.renewFromFile();
    const path = join(this.#options.folder, serverFileName);
    const signer = { certificate: this.#authority, key: authorityKey };
    this.#identity = await makeIdentity(path, signer, this.#names, this.#options);
    this.#certificate = new X509Certificate(this.#identity.certificate);
    return true;
  }

  /** The same with the key's file, as long as there is one. */
  async renewFromFile(): Promise<boolean> {
    const signer = this.renewalDue ? readAuthorityWithKey(this.#options.folder) : undefined;
    if (signer === undefined) return false;
    try {
      return belongsTogether(this.#authority, signer.key) && (await this.renew(signer.key));
    } finally {
      signer.key.fill(0);
    }
  }
}

async function makeIdentity(
  path: string,
  signer: CertificateAuthority,
  names: readonly string[],
  options: AutoIdentityOptions,
): Promise<TlsIdentity> {
  const made = await makeServerCertificate(signer, names, options.nowMs());
  const key = pemOfKey(made.key);
  made.key.fill(0);
  const certificate = Buffer.from(made.certificate);
  const file = Buffer.concat([key, certificate]);
  writeFileDurably(path, file, 0o600);
  file.fill(0);
  return { key, certificate };
}

/** What lies on disk, if it is whole and of this authority. */
function storedIdentity(path: string, authority: string): TlsIdentity | undefined {
  const file = readFileIfThere(path);
  const mark = file?.indexOf(certificateMark) ?? -1;
  if (file === undefined || mark < 0) return undefined;
  const identity = { key: file.subarray(0, mark), certificate: file.subarray(mark) };
  try {
    const certificate = new X509Certificate(identity.certificate);
    const signed = certificate.verify(new X509Certificate(authority).publicKey);
    const matches = certificate.checkPrivateKey(createPrivateKey(identity.key));
    return signed && matches ? identity : undefined;
  } catch {
    return undefined;
  }
}

/** Each name once, without wildcards of listening addresses (`0.0.0.0` is nobody's name). */
function certifiedNames(names: readonly string[]): string[] {
  const all = ['localhost', '127.0.0.1', '::1', hostname(), ...names];
  const usable = all.filter((name) => name !== '' && name !== '0.0.0.0' && name !== '::');
  return [...new Set(usable.map((name) => name.toLowerCase()))];
}

function coversAll(certificate: X509Certificate, names: readonly string[]): boolean {
  return names.every((name) => {
    // A wildcard is looked for by a name below it.
    const asked = name.replace(/^\*\./, 'any.');
    const found = isIP(name) === 0 ? certificate.checkHost(asked) : certificate.checkIP(asked);
    return found !== undefined;
  });
}
