/**
 * The audit key file, as bytes (it never becomes a string): the line `strongbox-audit-key/1`, then
 * 32 bytes HMAC key of the records' codes, then 32 bytes Ed25519 seed (RFC 8032) of the signatures.
 * A copy without the seed (`head -c 54 audit.key`) lets an auditor check codes, not sign.
 */
import { utf8Encode } from '../encoding/utf8.ts';
import { secretBytes } from '../secret-bytes.ts';

export const auditKeyBytes = 32;
const magic = utf8Encode('strongbox-audit-key/1\n');

export const auditKeyFileBytes = magic.length + 2 * auditKeyBytes;
const withoutSeedBytes = magic.length + auditKeyBytes;

/** Views into the file's bytes: zero those, and the keys are gone. */
export interface AuditKeyFile {
  readonly macKey: Uint8Array;
  readonly signingSeed: Uint8Array | undefined;
}

/** Splits the file; undefined when it is none. */
export function parseAuditKeyFile(bytes: Uint8Array): AuditKeyFile | undefined {
  const whole = bytes.length === auditKeyFileBytes;
  if (!whole && bytes.length !== withoutSeedBytes) return undefined;
  if (!magic.every((byte, at) => bytes[at] === byte)) return undefined;
  return {
    macKey: bytes.subarray(magic.length, withoutSeedBytes),
    signingSeed: whole ? bytes.subarray(withoutSeedBytes) : undefined,
  };
}

/** The file of two keys. The caller zeroes it after use. */
export function formatAuditKeyFile(
  macKey: Uint8Array,
  signingSeed: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const bytes = secretBytes(auditKeyFileBytes);
  bytes.set(magic);
  bytes.set(macKey, magic.length);
  bytes.set(signingSeed, withoutSeedBytes);
  return bytes;
}
