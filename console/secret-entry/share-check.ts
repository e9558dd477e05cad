/**
 * What can be told of a share before it is sent: form, checksum, set and index, and a fingerprint
 * for the holder to compare with the one on paper. All of it from bytes.
 */
import { hash } from 'node:crypto';
import { encodeHex } from '../../shared/encoding/hex.ts';
import { StrongBoxError } from '../../shared/errors/failure.ts';
import { secretBytes } from '../../shared/secret-bytes.ts';
import { utf8Encode } from '../../shared/encoding/utf8.ts';
import { safeText } from '../cli/output/safe-text.ts';
import { decodeShare, type Share } from '../../shared/share/share.ts';

export type ShareCheck =
  | { readonly fits: true; readonly sentence: string; readonly fingerprint: string }
  | { readonly fits: false; readonly reason: string };

const label = utf8Encode('strongbox/share-fingerprint/1\0');
const fingerprintBytes = 4;

/** Looks at a share for the set with that id (hex). Nothing of it is kept. */
export function checkShare(text: Uint8Array, setId: string): ShareCheck {
  let share: Share;
  try {
    share = decodeShare(text);
  } catch (error) {
    if (error instanceof StrongBoxError) return { fits: false, reason: error.message };
    throw error;
  }
  try {
    return checkDecoded(share, setId);
  } finally {
    share.secret.fill(0);
  }
}

function checkDecoded(share: Share, setId: string): ShareCheck {
  const fingerprint = fingerprintOf(share.secret);
  if (share.kind === 'raw') {
    const which = share.index === undefined ? 'the whole key' : `index ${share.index}`;
    return { fits: true, sentence: `no checksum in this form  ${which}`, fingerprint };
  }
  const found = encodeHex(share.setId);
  if (found !== setId.toLowerCase()) {
    return {
      fits: false,
      reason: `the share is of the set ${found}, this cluster has ${safeText(setId)}: take the other paper`,
    };
  }
  return { fits: true, sentence: `checksum ✓  index ${share.index}  set ${found}`, fingerprint };
}

/** As `3f9c-5c1e`: of the 256 bits behind it, it tells nothing that could be used. */
export function shareFingerprint(text: Uint8Array): string {
  const share = decodeShare(text);
  try {
    return fingerprintOf(share.secret);
  } finally {
    share.secret.fill(0);
  }
}

function fingerprintOf(secret: Uint8Array): string {
  const input = secretBytes(label.length + secret.length);
  input.set(label);
  input.set(secret, label.length);
  const text = encodeHex(hash('sha256', input, 'buffer').subarray(0, fingerprintBytes));
  input.fill(0);
  return `${text.slice(0, 4)}-${text.slice(4)}`;
}
