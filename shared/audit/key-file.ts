/**
 * The audit key file, format 2, as bytes (it never becomes a string):
 *
 *     the line `strongbox-audit-key/2`
 *     32 bytes HMAC key of the records' codes, 8 bytes checksum of everything before
 *     32 bytes Ed25519 seed (RFC 8032) of the signatures, 8 bytes checksum of everything before
 *
 * A checksum is the beginning of a SHA-256: with a bit changed by a disk these would be good keys
 * as well, only others, and a log that goes on under them is broken for whoever verifies it. A copy
 * without the seed (`head -c 62 audit.key`) lets an auditor check codes, not sign.
 */
import { utf8Encode } from '../encoding/utf8.ts';
import { equalBytes } from '../equal-bytes.ts';
import { secretBytes } from '../secret-bytes.ts';
import type { Sha256 } from './merkle.ts';

export const auditKeyBytes = 32;
const checksumBytes = 8;
const magic = utf8Encode('strongbox-audit-key/2\n');
/** Format 1: the same without checksums. It is told from damage, and not read. */
const olderMagic = utf8Encode('strongbox-audit-key/1\n');

const macKeyEnd = magic.length + auditKeyBytes;
const withoutSeedBytes = macKeyEnd + checksumBytes;
const seedEnd = withoutSeedBytes + auditKeyBytes;
export const auditKeyFileBytes = seedEnd + checksumBytes;

/** Views into the file's bytes: zero those, and the keys are gone. */
export interface AuditKeyFile {
  readonly macKey: Uint8Array;
  readonly signingSeed: Uint8Array | undefined;
}

/** Splits the file; undefined when it is none, or is not as it was written. */
export function parseAuditKeyFile(bytes: Uint8Array, sha256: Sha256): AuditKeyFile | undefined {
  const whole = bytes.length === auditKeyFileBytes;
  if (!whole && bytes.length !== withoutSeedBytes) return undefined;
  if (!beginsWith(bytes, magic)) return undefined;
  if (!isSummedAt(bytes, macKeyEnd, sha256)) return undefined;
  if (whole && !isSummedAt(bytes, seedEnd, sha256)) return undefined;
  return {
    macKey: bytes.subarray(magic.length, macKeyEnd),
    signingSeed: whole ? bytes.subarray(withoutSeedBytes, seedEnd) : undefined,
  };
}

/** Whether this is a file of format 1, whole or without its seed, as older versions wrote it. */
export function isOlderAuditKeyFile(bytes: Uint8Array): boolean {
  const keysBytes = bytes.length - olderMagic.length;
  const isLongEnough = keysBytes === auditKeyBytes || keysBytes === 2 * auditKeyBytes;
  return isLongEnough && beginsWith(bytes, olderMagic);
}

/** The file of two keys. The caller zeroes it after use. */
export function formatAuditKeyFile(
  macKey: Uint8Array,
  signingSeed: Uint8Array,
  sha256: Sha256,
): Uint8Array<ArrayBuffer> {
  const bytes = secretBytes(auditKeyFileBytes);
  bytes.set(magic);
  bytes.set(macKey, magic.length);
  bytes.set(checksumOf(bytes, macKeyEnd, sha256), macKeyEnd);
  bytes.set(signingSeed, withoutSeedBytes);
  bytes.set(checksumOf(bytes, seedEnd, sha256), seedEnd);
  return bytes;
}

function beginsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return start.every((byte, at) => bytes[at] === byte);
}

function isSummedAt(bytes: Uint8Array, end: number, sha256: Sha256): boolean {
  return equalBytes(bytes.subarray(end, end + checksumBytes), checksumOf(bytes, end, sha256));
}

/** Of everything before `end`. */
function checksumOf(bytes: Uint8Array, end: number, sha256: Sha256): Uint8Array {
  return sha256(bytes.subarray(0, end)).subarray(0, checksumBytes);
}
