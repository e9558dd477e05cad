/**
 * What the core puts into a new cluster, in the same commit as the seal: its keys, the mounts that
 * are always there, the policy `default`, and the first root token. Nothing is mounted at
 * `secret/`.
 */
import { defaultPolicyText } from '../../shared/policy/default-policy.ts';
import { AuditHasher } from '../audit/hasher.ts';
import { namespacePrefix, rootNamespaceId } from '../namespaces/layout.ts';
import { type BuiltInType, type MountEntry, plainMountConfig } from '../namespaces/mount-entry.ts';
import { putMount } from '../namespaces/mounts.ts';
import { newMountAccessor } from '../namespaces/new-mount.ts';
import { putPolicy } from '../policies/stored-policies.ts';
import type { Random } from '../ports/random.ts';
import type { Operation, Store } from '../ports/store.ts';
import type { FoundingRoom } from '../seal/found.ts';
import { TransactionAttempt } from '../store/attempt.ts';
import type { Attempt } from '../store/view.ts';
import type { LifetimeLimits } from '../tokens/lifetime.ts';
import {
  createToken,
  type NewToken,
  type TokenMint,
  type TokenPlan,
} from '../tokens/token-creation.ts';
import { TokenHasher } from '../tokens/token-hasher.ts';
import { defaultPolicyName, rootPolicyName } from '../tokens/token-policies.ts';
import { newUuid } from '../tokens/token-secret.ts';
import { dropSealedKeys, makeSealedKeys } from './sealed-keys.ts';

/** A new cluster's first entries, sealed, and its root token. */
export interface Founding {
  readonly operations: readonly Operation[];
  readonly rootToken: string;
}

export interface FoundingParts {
  readonly store: Store;
  readonly random: Random;
  readonly limits: LifetimeLimits;
}

/** Prepares the first entries. Nothing is committed here. */
export async function prepareFounding(
  parts: FoundingParts,
  { barrier, clusterTimeMs }: FoundingRoom,
): Promise<Founding> {
  const { store, random, limits } = parts;
  const holders = { tokens: new TokenHasher(), audit: new AuditHasher() };
  const attempt = new TransactionAttempt({ store, barrier }, { revision: 0, clusterTimeMs });
  const keys = makeSealedKeys(attempt, random, holders);
  try {
    putBuiltInMounts(attempt, random);
    putDefaultPolicy(attempt);
    const mint = { random, barrier, limits, hasher: holders.tokens };
    const { token } = await createRootToken(mint, attempt, 'auth/token/root');
    return { operations: attempt.operations(), rootToken: token };
  } finally {
    attempt.end();
    dropSealedKeys(holders);
    for (const key of keys) key.fill(0);
  }
}

/** Makes a root token without parent and without end. */
export function createRootToken(
  mint: TokenMint,
  attempt: Attempt,
  path: string,
): Promise<NewToken> {
  return createToken(mint, attempt, { ...rootPlan, path }, () => undefined);
}

const rootPlan: TokenPlan = {
  type: 'service',
  parent: undefined,
  id: undefined,
  policies: [rootPolicyName],
  path: '',
  displayName: 'root',
  meta: null,
  role: '',
  usesMax: 0,
  ttlSeconds: 0,
  explicitMaxTtlSeconds: 0,
  periodSeconds: 0,
  renewable: false,
};

/** Type, path and description, as Vault's mount tables list them. */
const builtInMounts: readonly (readonly [BuiltInType, MountEntry['kind'], string, string])[] = [
  ['cubbyhole', 'secret', 'cubbyhole/', 'per-token private secret storage'],
  ['identity', 'secret', 'identity/', 'identity store'],
  ['system', 'secret', 'sys/', 'system endpoints used for control, policy and debugging'],
  ['token', 'auth', 'auth/token/', 'token based credentials'],
];

function putBuiltInMounts(attempt: Attempt, random: Random): void {
  const view = attempt.view(namespacePrefix(rootNamespaceId), rootNamespaceId);
  for (const [type, kind, path, description] of builtInMounts) {
    putMount(view, {
      format: 1,
      id: type,
      kind,
      path,
      type,
      description,
      accessor: newMountAccessor(random, kind, type),
      uuid: newUuid(random),
      options: null,
      config: plainMountConfig,
      local: type === 'cubbyhole',
      sealWrap: false,
      externalEntropyAccess: false,
    });
  }
}

function putDefaultPolicy(attempt: Attempt): void {
  putPolicy(attempt.view(namespacePrefix(rootNamespaceId), rootNamespaceId), {
    format: 1,
    name: defaultPolicyName,
    text: defaultPolicyText,
    version: 1,
    casRequired: false,
    modifiedMs: attempt.clusterTimeMs,
  });
}
