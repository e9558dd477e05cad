import type * as X509 from '@peculiar/x509';
import { webcrypto, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

/**
 * Makes the certificates of `tls: auto` (RFC 5280): an authority of our own, and a server
 * certificate under it. ECDSA P-256, which every TLS 1.3 client speaks. The library takes a tenth
 * of a second and some memory to load, and most starts make nothing: it is loaded when it is
 * needed.
 */

type Library = typeof X509;

const signing = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 86_400_000;
const authorityDays = 3_650;
const serverDays = 180;
/** Clients whose clock is behind accept a new certificate, too. */
const backdatedMs = 3_600_000;
const serialBytes = 16;

/** A certificate as PEM, and its private key as PKCS#8 DER, which the receiver zeroes. */
export interface MadeCertificate {
  readonly certificate: string;
  readonly key: Buffer;
}

export interface CertificateAuthority {
  /** PEM. */
  readonly certificate: string;
  /** PKCS#8 DER. */
  readonly key: Uint8Array;
}

/** A new authority, which may sign servers and nothing that signs further. */
export async function makeAuthority(nowMs: number): Promise<MadeCertificate> {
  const x509 = await loadLibrary();
  const keys = await webcrypto.subtle.generateKey(signing, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: `CN=StrongBox CA ${serialNumber().slice(0, 8)}`,
    notBefore: new Date(nowMs - backdatedMs),
    notAfter: new Date(nowMs + authorityDays * dayMs),
    signingAlgorithm: signing,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: pem(certificate.toString('pem')), key: await exported(keys.privateKey) };
}

/** A server certificate for names and addresses (at least one), with a key of its own. */
export async function makeServerCertificate(
  authority: CertificateAuthority,
  names: readonly string[],
  nowMs: number,
): Promise<MadeCertificate> {
  const x509 = await loadLibrary();
  const keys = await webcrypto.subtle.generateKey(signing, true, ['sign', 'verify']);
  const issuer = new x509.X509Certificate(authority.certificate);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: 'CN=StrongBox agent',
    issuer: issuer.subject,
    notBefore: new Date(nowMs - backdatedMs),
    notAfter: new Date(nowMs + serverDays * dayMs),
    signingAlgorithm: signing,
    publicKey: keys.publicKey,
    signingKey: await imported(authority.key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value })),
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return { certificate: pem(certificate.toString('pem')), key: await exported(keys.privateKey) };
}

/** DNS names of a certificate's subject alternative names, wildcards included. */
export function certificateNames(certificate: Buffer | string): string[] {
  const names = new X509Certificate(certificate).subjectAltName ?? '';
  return names
    .split(', ')
    .filter((name) => name.startsWith('DNS:'))
    .map((name) => name.slice('DNS:'.length));
}

async function loadLibrary(): Promise<Library> {
  // Its dependency injection needs this polyfill to be there first.
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

/** A positive number of 127 random bits, as hexadecimal digits. */
function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(Buffer.alloc(serialBytes));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

async function exported(key: webcrypto.CryptoKey): Promise<Buffer> {
  return Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
}

function imported(key: Uint8Array): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', new Uint8Array(key), signing, false, ['sign']);
}

function pem(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
