import { failure } from '../../shared/errors/failure.ts';
import { type CanonicalPath, canonicalPath } from '../../shared/path/canonical.ts';
import { decodeRequestPath } from '../../shared/path/decode.ts';
import { queryParametersMax } from './limits.ts';

/**
 * A request target (RFC 9112 section 3.2) to a canonical path and a query. Only the origin form
 * below `/v1/` names something here. `new URL()` would resolve dot segments before anybody could
 * refuse them, so it is not used.
 */

export type Query = ReadonlyMap<string, readonly string[]>;

export interface RequestTarget {
  readonly path: CanonicalPath;
  readonly query: Query;
}

const apiPrefix = '/v1/';
const emptyQuery: Query = new Map();

/**
 * Throws `http.target-invalid`, `http.query-invalid`, `path.*`, and `request.not-found` for what is
 * not below `/v1/`.
 */
export function parseTarget(target: string): RequestTarget {
  if (!target.startsWith('/')) {
    throw failure('http.target-invalid', { reason: 'it must begin with a slash' });
  }
  if (target.includes('#')) {
    throw failure('http.target-invalid', { reason: 'it cannot hold a fragment' });
  }
  const mark = target.indexOf('?');
  const rawPath = mark < 0 ? target : target.slice(0, mark);
  if (!rawPath.startsWith(apiPrefix) || rawPath === apiPrefix) throw failure('request.not-found');
  return {
    path: canonicalPath(decodeRequestPath(rawPath.slice(apiPrefix.length))),
    query: mark < 0 ? emptyQuery : parseQuery(target.slice(mark + 1)),
  };
}

/**
 * Pairs in order; `+` is a space; a repeated key collects its values. Throws `http.query-invalid`.
 */
function parseQuery(text: string): Query {
  const query = new Map<string, string[]>();
  let count = 0;
  for (const pair of text.split('&', queryParametersMax + 1)) {
    if (pair === '') continue;
    count += 1;
    if (count > queryParametersMax) {
      throw failure('http.query-invalid', { reason: `more than ${queryParametersMax} parameters` });
    }
    const equals = pair.indexOf('=');
    const key = decodeComponent(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? '' : decodeComponent(pair.slice(equals + 1));
    const values = query.get(key);
    if (values === undefined) query.set(key, [value]);
    else values.push(value);
  }
  return query;
}

function decodeComponent(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw failure('http.query-invalid', { reason: 'a percent escape is broken or not UTF-8' });
  }
}
