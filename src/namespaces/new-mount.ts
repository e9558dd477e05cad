import { encodeHex } from '../../shared/encoding/hex.ts';
import type { Random } from '../ports/random.ts';
import type { MountEntry } from './mount-entry.ts';

/** A fresh accessor of a mount, as in `kv_1a2b3c4d` or `auth_token_1a2b3c4d`. */
export function newMountAccessor(random: Random, kind: MountEntry['kind'], type: string): string {
  const suffix = encodeHex(random.bytes(4));
  return kind === 'auth' ? `auth_${type}_${suffix}` : `${type}_${suffix}`;
}
