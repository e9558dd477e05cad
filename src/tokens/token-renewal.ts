import { failure } from '../../shared/errors/failure.ts';
import type { Attempt } from '../store/view.ts';
import { type LifetimeLimits, lifetime } from './lifetime.ts';
import { readToken, replaceToken } from './token-entries.ts';
import { isAlive, type TokenRecord } from './token-record.ts';

/** The record after the renewal, and the life it has now. */
export interface Renewed {
  readonly record: TokenRecord;
  readonly ttlSeconds: number;
}

/**
 * Gives a token more life from now on, never beyond its maximum. `wishSeconds` 0 asks for as much
 * as at its creation. Throws `token.not-renewable`, `token.past-max-ttl`, `token.unknown`.
 */
export async function renewToken(
  attempt: Attempt,
  id: string,
  { wishSeconds, limits }: { readonly wishSeconds: number; readonly limits: LifetimeLimits },
  warn: (message: string) => void,
): Promise<Renewed> {
  const nowMs = attempt.clusterTimeMs;
  const record = await readToken(attempt, id);
  if (record === undefined || !isAlive(record, nowMs)) throw failure('token.unknown');
  if (!record.renewable || record.expiresMs === null) throw failure('token.not-renewable');
  const { ttlSeconds, expiresMs } = lifetime(record, limits, { nowMs, wishSeconds }, warn);
  const renewed = { ...record, expiresMs, renewedMs: nowMs };
  replaceToken(attempt, id, record, renewed);
  return { record: renewed, ttlSeconds };
}
