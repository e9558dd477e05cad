import { failure } from '../../shared/errors/failure.ts';
import type { Attempt } from '../store/view.ts';
import { beginIntent } from '../store/intents.ts';
import { readToken, replaceToken } from './token-entries.ts';
import { isAlive } from './token-record.ts';
import { treeRevocation } from './token-revocation.ts';

/**
 * Takes one use of a token that has a limit, before the operation: of any number of requests at
 * once exactly as many get through as there are uses. With the last one the token is spent, and its
 * revocation is begun in the same commit; the operation still runs, as the token's last. Returns
 * the revocation to run afterwards, if it was the last use. Throws `request.permission-denied` when
 * there is none left.
 */
export async function takeUse(attempt: Attempt, id: string): Promise<string | undefined> {
  const record = await readToken(attempt, id);
  if (record === undefined || !isAlive(record, attempt.clusterTimeMs) || record.usesLeft < 1) {
    throw failure('request.permission-denied');
  }
  const usesLeft = record.usesLeft - 1;
  if (usesLeft > 0) {
    replaceToken(attempt, id, record, { ...record, usesLeft });
    return undefined;
  }
  replaceToken(attempt, id, record, { ...record, state: 'spent', usesLeft });
  const intent = treeRevocation(id);
  await beginIntent(attempt, intent);
  return intent.id;
}
