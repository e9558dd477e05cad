/**
 * The public half of the node's audit keys, for verifiers: `audit.pub` in the data folder, as PEM
 * (RFC 8410). Apart from what reads the keys, so that whoever needs this does not load that.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** An Ed25519 public key. */
const publicKeyBytes = 32;
/** DER in front of those bytes (SubjectPublicKeyInfo, RFC 8410). */
const publicKeyPrefix = Buffer.from('302a300506032b6570032100', 'hex');

export function publicKeyPath(dataFolder: string): string {
  return join(dataFolder, 'audit.pub');
}

/** The PEM text of an Ed25519 public key. */
export function publicKeyPem(publicKey: Uint8Array): string {
  const der = Buffer.concat([publicKeyPrefix, publicKey]).toString('base64');
  return `-----BEGIN PUBLIC KEY-----\n${der}\n-----END PUBLIC KEY-----\n`;
}

/** The key in `audit.pub`; undefined when there is none, or what is there is no such key. */
export async function readPublicKey(dataFolder: string): Promise<Uint8Array | undefined> {
  try {
    const pem = await readFile(publicKeyPath(dataFolder), 'latin1');
    const [, base64 = ''] = /^-----BEGIN PUBLIC KEY-----\n(.+)\n-----END/.exec(pem) ?? [];
    const key = Buffer.from(base64, 'base64').subarray(-publicKeyBytes);
    return key.length === publicKeyBytes ? new Uint8Array(key) : undefined;
  } catch {
    return undefined;
  }
}
