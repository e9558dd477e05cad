/** HMAC-SHA-256 (RFC 2104, FIPS 198-1). */
import { createHmac, type KeyObject } from 'node:crypto';

import { bytesOfDigest } from './digest-text.ts';
import { platformKey, type SecretKey } from './secret-key.ts';

/**
 * The 32-byte code of the parts, one after the other (frame them if their lengths can vary). For
 * codes that stand in the open, not for keys (digest-text.ts; keys are made by hkdf.ts).
 */
export function hmacSha256(
  key: SecretKey,
  ...parts: readonly Uint8Array[]
): Uint8Array<ArrayBuffer> {
  const hmac = createHmac('sha256', platformKey(key) as KeyObject);
  for (const part of parts) hmac.update(part);
  return bytesOfDigest(hmac.digest('binary'));
}

/**
 * The code of a text's UTF-8 bytes, in lower-case hexadecimal. For codes that are names in the open
 * (ids, hashes in a log), never for one that is a key or a proof: a string cannot be zeroed.
 */
export function hmacSha256Hex(key: SecretKey, text: string): string {
  return createHmac('sha256', platformKey(key) as KeyObject)
    .update(text, 'utf8')
    .digest('hex');
}
