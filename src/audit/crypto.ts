/** The primitives of the audit trail under one node's keys. */
import type { VerifyCrypto } from '../../shared/audit/verify-file.ts';
import { SigningKey, VerifyingKey } from '../crypto/ed25519.ts';
import { hmacSha256 } from '../crypto/hmac.ts';
import { SecretKey } from '../crypto/secret-key.ts';
import { sha256 } from '../crypto/sha256.ts';

export interface AuditCrypto extends VerifyCrypto {
  readonly mac: (bytes: Uint8Array) => Uint8Array;
  /** Ed25519 over a header or checkpoint. */
  sign(message: Uint8Array): Uint8Array;
  readonly publicKey: Uint8Array;
}

export interface AuditKeys {
  /** 32 bytes: HMAC-SHA-256 key of the records' codes. */
  readonly macKey: Uint8Array;
  /** 32 bytes: Ed25519 seed (RFC 8032). */
  readonly signingSeed: Uint8Array;
}

/** Makes the key objects once. The bytes are copied; the caller zeroes its own. */
export function createAuditCrypto(keys: AuditKeys): AuditCrypto {
  const macKey = new SecretKey(keys.macKey);
  const signingKey = new SigningKey(keys.signingSeed);
  return {
    sha256,
    mac: (bytes) => hmacSha256(macKey, bytes),
    sign: (message) => signingKey.sign(message),
    publicKey: signingKey.publicKey,
    verify: (publicKey, message, signature) =>
      new VerifyingKey(publicKey).verify(message, signature),
  };
}
