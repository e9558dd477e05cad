/**
 * The path of a request as logs may show it. A client that puts a token or an unseal share into a
 * path (Vault had such routes once: `auth/token/lookup/<token>`) is refused, and the record of the
 * refusal must not hand the token to whoever reads the log.
 */
import { batchTokenPrefix, serviceTokenPrefix } from '../../../shared/ids.ts';
import { framedSharePrefix } from '../../../shared/share/share.ts';

const secretBeginnings = [serviceTokenPrefix, batchTokenPrefix, framedSharePrefix];

/** Stands for what looks like a secret where there is no key to hash it with. */
const leftOut = '(left out)';

/** The path; each segment that looks like a token or a share has its keyed hash in its place. */
export function auditedPath(path: string, hash: (segment: string) => string | undefined): string {
  if (!looksSecret(path)) return path;
  const shown = (segment: string): string =>
    looksSecret(segment) ? (hash(segment) ?? leftOut) : segment;
  return path.split('/').map(shown).join('/');
}

/** Anywhere in it, so that what is glued to a token does not hide it. */
function looksSecret(text: string): boolean {
  return secretBeginnings.some((beginning) => text.includes(beginning));
}
