import { beginIntent } from '../store/intents.ts';
import type { Attempt } from '../store/view.ts';
import { expiryBatchTokens } from './limits.ts';
import { deleteToken, readToken } from './token-entries.ts';
import { isBare, treeRevocation } from './token-revocation.ts';
import { duePrefix, parseDueKey, type TokenRecord } from './token-record.ts';
import { tokensView } from './token-room.ts';

/** What the expiry order says at one moment. */
export interface DueTokens {
  /** Keys of deadlines that have passed, oldest first: at most a batch. */
  readonly due: readonly DueToken[];
  /** The next deadline in cluster time; undefined while nothing will expire. */
  readonly nextDeadlineMs: number | undefined;
  readonly nowMs: number;
}

export interface DueToken {
  readonly key: string;
  readonly id: string;
  /** Undefined for what is left of a token that is gone. */
  readonly accessor: string | undefined;
}

/** Finds a batch of tokens whose deadline has passed. */
export async function findDueTokens(attempt: Attempt): Promise<DueTokens> {
  const nowMs = attempt.clusterTimeMs;
  const page = await tokensView(attempt).range(duePrefix, {
    limit: expiryBatchTokens + 1,
    keysOnly: true,
  });
  const order = page.entries.map(({ key }) => ({ key, ...parseDueKey(key) }));
  const passed = order.filter(({ deadlineMs = nowMs }) => deadlineMs <= nowMs);
  const next = order.find(({ deadlineMs = nowMs }) => deadlineMs > nowMs);
  const due = await Promise.all(
    passed.slice(0, expiryBatchTokens).map(async ({ key, tokenId = '' }) => {
      const record = await readToken(attempt, tokenId);
      return { key, id: tokenId, accessor: record?.accessor };
    }),
  );
  return { due, nextDeadlineMs: next?.deadlineMs, nowMs };
}

/**
 * Ends these tokens, as far as their deadline has still passed: each one's record is read in this
 * transaction, so a renewal that comes at the same moment either counts or is refused. Returns the
 * revocations to run, for those with children or secrets.
 */
export async function expireTokens(
  attempt: Attempt,
  due: readonly DueToken[],
): Promise<readonly string[]> {
  const intents = await Promise.all(due.map((token) => expireToken(attempt, token)));
  return intents.filter((intent) => intent !== undefined);
}

async function expireToken(attempt: Attempt, { key, id }: DueToken): Promise<string | undefined> {
  const record = await readToken(attempt, id);
  if (record === undefined || !isExpired(record, attempt.clusterTimeMs)) {
    if (record === undefined) tokensView(attempt).delete(key);
    return undefined;
  }
  const bare = await isBare(attempt, { id, record });
  deleteToken(attempt, { id, record });
  if (bare) return undefined;
  const intent = treeRevocation(id);
  await beginIntent(attempt, intent);
  return intent.id;
}

function isExpired({ expiresMs }: TokenRecord, nowMs: number): boolean {
  return expiresMs !== null && expiresMs <= nowMs;
}
