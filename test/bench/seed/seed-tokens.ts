/** Makes many service tokens at once, as `auth/token/create-orphan` makes each. */
import { transactionOperationsMax } from '../../../src/limits.ts';
import { transact } from '../../../src/store/transact.ts';
import { defaultLifetimeLimits } from '../../../src/tokens/lifetime.ts';
import { tokenEntries } from '../../../src/tokens/limits.ts';
import { createToken, type TokenPlan } from '../../../src/tokens/token-creation.ts';
import { inLanes } from '../in-lanes.ts';
import type { UnsealedStore } from './unsealed-store.ts';

const lanes = 64;

export interface TokensPlan {
  readonly count: number;
  readonly policies: readonly string[];
}

/** Returns the new tokens. */
export async function seedTokens(
  { room, random, barrier, hasher }: UnsealedStore,
  { count, policies }: TokensPlan,
): Promise<readonly string[]> {
  const mint = { random, barrier, hasher, limits: defaultLifetimeLimits };
  const plan = { ...plainPlan, policies };
  const tokens: string[] = [];
  const chunkSize = Math.floor(transactionOperationsMax / tokenEntries);
  await inLanes({ from: 0, to: count, chunkSize, lanes }, async (first, end) => {
    const made = await transact(room, async (attempt) => {
      const some: string[] = [];
      for (let at = first; at < end; at += 1) {
        some.push((await createToken(mint, attempt, plan, () => undefined)).token);
      }
      return some;
    });
    tokens.push(...made.result);
  });
  return tokens;
}

const plainPlan: Omit<TokenPlan, 'policies'> = {
  type: 'service',
  parent: undefined,
  id: undefined,
  path: 'auth/token/create-orphan',
  displayName: 'token',
  meta: null,
  role: '',
  usesMax: 0,
  ttlSeconds: 0,
  explicitMaxTtlSeconds: 0,
  periodSeconds: 0,
  renewable: true,
};
