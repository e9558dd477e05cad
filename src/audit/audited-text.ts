/**
 * Paths, messages and names of fields as logs may show them. A client that puts a token or an
 * unseal share into a path (Vault had such routes once: `auth/token/lookup/<token>`) is refused,
 * often with the path in the message, and the record of the refusal must not hand the token to
 * whoever reads the log.
 *
 * Where a name has no letter case (shared/path/folded.ts) the path is recorded folded: a token that
 * stands there has another hash than everywhere else, and is found by its prefix alone.
 */
import { batchTokenPrefix, serviceTokenPrefix } from '../../shared/ids.ts';
import { foldAscii } from '../../shared/path/characters.ts';
import { framedSharePrefix } from '../../shared/share/share.ts';

const secretBeginnings = [serviceTokenPrefix, batchTokenPrefix, framedSharePrefix];

/** Stands for what looks like a secret where there is no key to hash it with. */
const leftOut = '(left out)';

/** A segment of a path, or a word. */
const words = /[^\s"/]+/gu;

/** The text, with the keyed hash of each word that looks like a token or a share in its place. */
export function auditedText(text: string, hash: (word: string) => string | undefined): string {
  if (!looksSecret(text)) return text;
  const shown = (word: string): string => (looksSecret(word) ? (hash(word) ?? leftOut) : word);
  return text.replaceAll(words, shown);
}

/** Anywhere in it, so that nothing glued to a token hides it; a share may be in capitals. */
function looksSecret(text: string): boolean {
  const folded = foldAscii(text);
  return secretBeginnings.some((beginning) => folded.includes(beginning));
}
