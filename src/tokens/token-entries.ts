import { assert } from '../../shared/assert.ts';
import { failure } from '../../shared/errors/failure.ts';
import { listKeys } from '../store/list-keys.ts';
import { readJson, storedJson, writeJson } from '../store/json-values.ts';
import type { Attempt, View } from '../store/view.ts';
import { accessorsListMax } from './limits.ts';
import {
  accessorKey,
  accessorPrefix,
  childKey,
  dueKey,
  isAlive,
  type StoredToken,
  type TokenRecord,
  tokenKey,
} from './token-record.ts';
import { tokensView } from './token-room.ts';

/**
 * The entries of a token (see token-record.ts) are written, moved and deleted together, here only.
 */

/** Reads a token's record; undefined where there is none. The read is compared at commit. */
export async function readToken(attempt: Attempt, id: string): Promise<TokenRecord | undefined> {
  return (await readJson<TokenRecord>(tokensView(attempt), tokenKey(id)))?.value;
}

/** The id that an accessor stands for. */
export async function readAccessor(
  attempt: Attempt,
  accessor: string,
): Promise<string | undefined> {
  return (await readJson<string>(tokensView(attempt), accessorKey(accessor)))?.value;
}

/** The accessors of all tokens, in order. Throws `store.limit` beyond `accessorsListMax`. */
export function listAccessors(attempt: Attempt): Promise<readonly string[]> {
  return listKeys(tokensView(attempt).child(accessorPrefix), { accessorsListMax });
}

/** Writes a new token. Throws `token.id-taken`. */
export async function addToken(attempt: Attempt, token: StoredToken): Promise<void> {
  const view = tokensView(attempt);
  const known = await view.get(tokenKey(token.id));
  if (known !== undefined) throw failure('token.id-taken');
  writeToken(view, token);
}

/** The entries of a new token, without a look at what is there. */
function writeToken(view: View, { id, record }: StoredToken): void {
  assertRecord(record);
  writeJson(view, tokenKey(id), record);
  writeJson(view, accessorKey(record.accessor), id);
  if (record.parent !== '') writeJson(view, childKey(record.parent, id), {});
  if (record.expiresMs !== null) writeJson(view, dueKey(record.expiresMs, id), {});
}

/** Replaces a record, moving its place in the expiry order where the deadline has changed. */
export function replaceToken(
  attempt: Attempt,
  id: string,
  before: TokenRecord,
  after: TokenRecord,
): void {
  assertRecord(after);
  assert(before.accessor === after.accessor, 'an accessor is for life');
  const view = tokensView(attempt);
  writeJson(view, tokenKey(id), after);
  if (before.expiresMs === after.expiresMs) return;
  if (before.expiresMs !== null) view.delete(dueKey(before.expiresMs, id));
  if (after.expiresMs !== null) writeJson(view, dueKey(after.expiresMs, id), {});
}

/** Deletes all entries of a token. */
export function deleteToken(attempt: Attempt, { id, record }: StoredToken): void {
  const view = tokensView(attempt);
  view.delete(tokenKey(id));
  view.delete(accessorKey(record.accessor));
  if (record.parent !== '') view.delete(childKey(record.parent, id));
  if (record.expiresMs !== null) view.delete(dueKey(record.expiresMs, id));
}

/**
 * Throws `request.permission-denied` unless the token and all its ancestors are (still) good in
 * this attempt: the commit then stands only if nobody revoked one of them meanwhile.
 */
export async function requireAlive(attempt: Attempt, ids: readonly string[]): Promise<void> {
  const stored = await tokensView(attempt).getMany(ids.map(tokenKey));
  const alive = stored.every((entry) => {
    if (entry === undefined) return false;
    return isAlive(storedJson<TokenRecord>(entry).value, attempt.clusterTimeMs);
  });
  if (!alive) throw failure('request.permission-denied');
}

function assertRecord(record: TokenRecord): void {
  assert(record.accessor !== '', 'a token has an accessor');
  // CVE-2021-32923 and its like: a token without a deadline is one that somebody must revoke.
  const isRoot = record.policies.includes('root');
  assert(record.expiresMs !== null || isRoot, 'only a root token has no deadline');
  assert(record.expiresMs === null || record.expiresMs > record.createdMs, 'a life is ahead');
}
