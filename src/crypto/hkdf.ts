/** HKDF-SHA-256 (RFC 5869): keys for separate purposes from one secret. */
import { hkdfSync } from 'node:crypto';

import { assert } from '../../shared/assert.ts';

/** 255 blocks of the hash: the limit of the RFC. */
const outputBytesMax = 255 * 32;

export interface HkdfInput {
  /** The input keying material. */
  readonly secret: Uint8Array;
  readonly salt: Uint8Array;
  /** Names the purpose; two purposes never share one. */
  readonly info: Uint8Array;
}

/** `count` bytes of output keying material; the caller zeroes them. */
export function hkdfSha256(input: HkdfInput, count: number): Uint8Array<ArrayBuffer> {
  assert(count > 0 && count <= outputBytesMax, 'the RFC allows this many bytes');
  return new Uint8Array(hkdfSync('sha256', input.secret, input.salt, input.info, count));
}
