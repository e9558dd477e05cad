import { assert } from './assert.ts';

/**
 * Shapes of identifiers. Nothing here makes randomness: bytes come from whoever calls.
 *
 * A token is opaque: `hvs.` (kept in the store) or `hvb.` (batch: carries its own sealed facts).
 * The prefixes are Vault's from 1.10 on, and secret scanners know them.
 */

export const serviceTokenPrefix = 'hvs.';
export const batchTokenPrefix = 'hvb.';

/** The namespace that always exists. */
export const rootNamespaceId = 'root';

/** A fresh version 4 UUID. */
export function newUuid(random: { bytes(count: number): Uint8Array }): string {
  return uuidFromBytes(random.bytes(16));
}

/**
 * The text form of a version 4 UUID (RFC 9562) whose random bits come from `bytes` (16 of them).
 */
export function uuidFromBytes(bytes: Uint8Array): string {
  assert(bytes.length === 16, 'a UUID has 16 bytes');
  const digits = Array.from(bytes, (byte, index) => hexByte(marked(byte, index))).join('');
  const parts = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20),
  ];
  return parts.join('-');
}

/** Puts the version (4) and the variant (binary 10) in their places. */
function marked(byte: number, index: number): number {
  if (index === 6) return (byte & 0x0f) | 0x40;
  return index === 8 ? (byte & 0x3f) | 0x80 : byte;
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
