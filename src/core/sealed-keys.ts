/**
 * The keys that the core itself keeps in the store, sealed like every value: that of token ids, and
 * that of the audit log's hashes. They are made with the cluster, taken at unseal, dropped at seal.
 */
import { failure } from '../../shared/errors/failure.ts';
import type { AuditHasher } from '../audit/hasher.ts';
import { auditHashKeyBytes } from '../audit/limits.ts';
import { namespacePrefix, rootNamespaceId } from '../namespaces/layout.ts';
import type { Random } from '../ports/random.ts';
import { type TransactionRoom, transact } from '../store/transact.ts';
import type { Attempt, View } from '../store/view.ts';
import { type TokenHasher, tokenHashKey, tokenHashKeyBytes } from '../tokens/token-hasher.ts';

/** Where the key of the audit log's hashes lies; the entry is sealed by the root namespace. */
const auditHashPrefix = 'core/';
const auditHashKey = 'audit-hash';

export interface KeyHolders {
  readonly tokens: TokenHasher;
  readonly audit: AuditHasher;
}

/**
 * Makes both keys, stores them by the attempt, and gives them to their holders. The caller zeroes
 * the returned bytes once the attempt's values are sealed.
 */
export function makeSealedKeys(
  attempt: Attempt,
  random: Random,
  holders: KeyHolders,
): readonly Uint8Array[] {
  const tokenKey = random.bytes(tokenHashKeyBytes);
  const auditKey = random.bytes(auditHashKeyBytes);
  tokenView(attempt).put(tokenHashKey, tokenKey);
  auditView(attempt).put(auditHashKey, auditKey);
  holders.tokens.unlock(tokenKey);
  holders.audit.unlock(auditKey);
  return [tokenKey, auditKey];
}

/** Reads both keys and gives them to their holders. Throws `system.record-missing`. */
export async function takeSealedKeys(room: TransactionRoom, holders: KeyHolders): Promise<void> {
  await transact(room, async (attempt) => {
    const tokenKey = await tokenView(attempt).get(tokenHashKey);
    const auditKey = await auditView(attempt).get(auditHashKey);
    if (tokenKey === undefined || auditKey === undefined) throw failure('system.record-missing');
    holders.tokens.unlock(tokenKey.value);
    holders.audit.unlock(auditKey.value);
    tokenKey.value.fill(0);
    auditKey.value.fill(0);
  });
}

/** Drops both keys. */
export function dropSealedKeys(holders: KeyHolders): void {
  holders.tokens.lock();
  holders.audit.lock();
}

function tokenView(attempt: Attempt): View {
  return attempt.view(namespacePrefix(rootNamespaceId), rootNamespaceId);
}

function auditView(attempt: Attempt): View {
  return attempt.view(auditHashPrefix, rootNamespaceId);
}
