import { encodeBase62 } from '../../shared/encoding/base62.ts';
import { serviceTokenPrefix } from '../../shared/ids.ts';
import { assert } from '../../shared/assert.ts';
import type { Random } from '../ports/random.ts';

/** Random bytes of a token: 256 bits, 43 characters. */
const tokenBytes = 32;
/** Random bytes of an accessor: not a secret, but not to be guessed either. */
const accessorBytes = 18;

/** A fresh service token. */
export function newServiceToken(random: Random): string {
  return serviceTokenPrefix + encodeBase62(random.bytes(tokenBytes));
}

/** A fresh accessor: names a token without being one. */
export function newAccessor(random: Random): string {
  return encodeBase62(random.bytes(accessorBytes));
}

/**
 * Random base62 text of exactly `characters` characters (one-time pads). The last digits of a
 * number that is 64 bits longer are taken, which leaves no digit likelier than another by more than
 * 2^-58.
 */
export function randomBase62(random: Random, characters: number): string {
  assert(characters >= 1, 'there is something to make');
  const bytes = random.bytes(Math.ceil((characters * 6) / 8) + 8);
  return encodeBase62(bytes).slice(-characters);
}
