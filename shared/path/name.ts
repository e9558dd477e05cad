/**
 * Names of policies, roles, mounts and users: one segment that holds no separator of any of our own
 * languages. Conjur's CVE-2025-49829 and the root policy's many spellings (CVE-2025-5999) are why
 * this is a list of what may stand in a name, not of what may not.
 */
import { utf8Length } from '../encoding/utf8.ts';
import { failure, type StrongBoxError } from '../errors/failure.ts';
import { nameBytesMax } from '../limits.ts';
import { foldAscii, unprintableIn } from './characters.ts';

declare const canonicalNameBrand: unique symbol;

/** A checked name in its one spelling. */
export type CanonicalName = string & { readonly [canonicalNameBrand]: true };

const WORD_ENDS = /^[\p{L}\p{N}_](?:.*[\p{L}\p{M}\p{N}_])?$/u;
const NAME_CHARACTERS = /^[\p{L}\p{M}\p{N}_\-.@ ]*$/u;

/**
 * Checks a name and folds its ASCII letters to lower case (`keep`: leaves them). Letters, marks and
 * numbers of any script, `_`, `-`, `.`, `@` and inner spaces; it begins and ends with a letter,
 * number or `_`. Nothing is trimmed. Throws `path.name-invalid`.
 */
export function canonicalName(raw: string, letterCase: 'fold' | 'keep' = 'fold'): CanonicalName {
  if (raw === '') throw invalid('it is empty');
  if (raw.length > nameBytesMax || utf8Length(raw) > nameBytesMax) {
    throw invalid(`it is longer than ${nameBytesMax} bytes`);
  }
  const problem = unprintableIn(raw);
  if (problem !== undefined) throw invalid(`it cannot contain ${problem}`);
  if (!NAME_CHARACTERS.test(raw)) {
    throw invalid('only letters, numbers, "_", "-", ".", "@" and inner spaces are allowed');
  }
  if (!WORD_ENDS.test(raw)) throw invalid('it must begin and end with a letter, a number or "_"');
  return (letterCase === 'fold' ? foldAscii(raw) : raw) as CanonicalName;
}

/** Whether a captured segment can be a resource's name: it begins and ends as names do. */
export function hasWordEnds(segment: string): boolean {
  return WORD_ENDS.test(segment);
}

function invalid(reason: string): StrongBoxError {
  return failure('path.name-invalid', { reason });
}
