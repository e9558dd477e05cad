import { failure } from '../../shared/errors/failure.ts';
import type { Barrier } from '../barrier/barrier.ts';
import type { Random } from '../ports/random.ts';
import type { Attempt } from '../store/view.ts';
import { sealBatchToken } from './batch-token.ts';
import { type LifetimeLimits, lifetime } from './lifetime.ts';
import { tokenDepthMax } from './limits.ts';
import { addToken, requireAlive } from './token-entries.ts';
import { rootPolicyName } from './token-policies.ts';
import type { LiveToken } from './token-directory.ts';
import type { TokenHasher } from './token-hasher.ts';
import type { TokenRecord } from './token-record.ts';
import { newAccessor, newServiceToken } from './token-secret.ts';

/** A new token as everybody who may make one (routes, roles, init, generate-root) describes it. */
export interface TokenPlan {
  readonly type: 'service' | 'batch';
  /** Undefined: an orphan. */
  readonly parent: LiveToken | undefined;
  /** The token itself, where the caller chose it. */
  readonly id: string | undefined;
  readonly policies: readonly string[];
  readonly path: string;
  readonly displayName: string;
  readonly meta: Readonly<Record<string, string>> | null;
  readonly role: string;
  readonly usesMax: number;
  readonly ttlSeconds: number;
  readonly explicitMaxTtlSeconds: number;
  readonly periodSeconds: number;
  readonly renewable: boolean;
}

/** What making tokens needs. */
export interface TokenMint {
  readonly random: Random;
  readonly hasher: TokenHasher;
  readonly barrier: Barrier;
  readonly limits: LifetimeLimits;
}

/** A new token. The text is nowhere else: whoever loses it has no token. */
export interface NewToken {
  readonly token: string;
  readonly id: string;
  readonly type: 'service' | 'batch';
  readonly record: TokenRecord;
}

/**
 * Makes a token inside an attempt. The commit stands only if the parent and its ancestors are still
 * there then. Throws `token.depth`, `token.id-taken`, `token.past-max-ttl`, `token.batch-too-
 * large`.
 */
export async function createToken(
  mint: TokenMint,
  attempt: Attempt,
  plan: TokenPlan,
  warn: (message: string) => void,
): Promise<NewToken> {
  const record = newRecord(mint, plan, attempt.clusterTimeMs, warn);
  if (plan.type === 'batch') {
    const token = await sealBatchToken(mint.barrier, record);
    return { token, id: mint.hasher.idOf(token), type: 'batch', record };
  }
  if (record.depth > tokenDepthMax) throw failure('token.depth', { tokenDepthMax });
  if (plan.parent !== undefined) await requireAlive(attempt, chainIds(plan.parent));
  const token = plan.id ?? newServiceToken(mint.random);
  const id = mint.hasher.idOf(token);
  await addToken(attempt, { id, record });
  return { token, id, type: 'service', record };
}

/** A token and its ancestors. */
export function chainIds(token: LiveToken): readonly string[] {
  return [token.id, ...token.ancestors.map(({ id }) => id)];
}

function newRecord(
  mint: TokenMint,
  plan: TokenPlan,
  nowMs: number,
  warn: (message: string) => void,
): TokenRecord {
  const life = newLife(mint.limits, plan, nowMs, warn);
  return {
    format: 1,
    state: 'active',
    accessor: plan.type === 'batch' ? '' : newAccessor(mint.random),
    parent: plan.parent?.id ?? '',
    depth: plan.parent === undefined ? 0 : plan.parent.record.depth + 1,
    policies: plan.policies,
    path: plan.path,
    displayName: plan.displayName,
    meta: plan.meta,
    entityId: '',
    role: plan.role,
    usesLeft: plan.usesMax,
    ttlSeconds: life.ttlSeconds,
    explicitMaxTtlSeconds: plan.explicitMaxTtlSeconds,
    periodSeconds: plan.periodSeconds,
    renewable: plan.renewable && life.expiresMs !== null,
    createdMs: nowMs,
    renewedMs: 0,
    expiresMs: life.expiresMs,
  };
}

/** A root token without a wish lives until it is revoked; everything else has a deadline. */
function newLife(
  limits: LifetimeLimits,
  plan: TokenPlan,
  nowMs: number,
  warn: (message: string) => void,
): { readonly ttlSeconds: number; readonly expiresMs: number | null } {
  const { ttlSeconds, explicitMaxTtlSeconds, periodSeconds } = plan;
  const wished = ttlSeconds > 0 || explicitMaxTtlSeconds > 0 || periodSeconds > 0;
  if (plan.policies.includes(rootPolicyName) && !wished) return { ttlSeconds: 0, expiresMs: null };
  const rules = { createdMs: nowMs, ttlSeconds, explicitMaxTtlSeconds, periodSeconds };
  return lifetime(rules, limits, { nowMs, wishSeconds: 0 }, warn);
}
