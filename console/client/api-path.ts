import { failure, StrongBoxError } from '../../shared/errors/failure.ts';
import { canonicalPath } from '../../shared/path/canonical.ts';

/**
 * Paths of the API as the console writes them on the wire. A path that a person typed is checked
 * first (no `..`, no empty segment) and then encoded segment by segment, so that a name such as
 * `../../sys/seal?x=` can be refused or sent, but never means another path (CVE-2026-55100).
 */

/** Query parameters; undefined ones are left out. */
export type Query = Readonly<Record<string, string | undefined>>;

/**
 * The path as a person means it: slashes at either end are dropped, as Vault's command line does.
 * Throws `client.path-invalid`.
 */
export function apiPath(typed: string): string {
  const trimmed = typed.replace(/^\/+/u, '').replace(/\/+$/u, '');
  try {
    return canonicalPath(trimmed);
  } catch (error) {
    if (error instanceof StrongBoxError) {
      throw failure('client.path-invalid', { reason: error.message });
    }
    throw error;
  }
}

/** The request target of a checked path. */
export function requestTarget(path: string, query: Query): string {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  const parameters = Object.entries(query)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return `/v1/${encoded}${parameters.length === 0 ? '' : `?${parameters.join('&')}`}`;
}
