/**
 * What the core puts into a new cluster, in the same commit as the seal: its keys, the mounts that
 * are always there, the policy `default`, and the first root token. Nothing is mounted at
 * `secret/`.
 */
import { newUuid } from '../../shared/ids.ts';
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
import { systemMountPath, tokenMountPath } from './core-mounts.ts';
import { type Deposit, putDeposit } from './deposit.ts';
import type { InitialMount } from './options.ts';
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
  readonly initialMounts: readonly InitialMount[];
  readonly deposit: Deposit | undefined;
}

/** Prepares the first entries. Nothing is committed here. */
export async function prepareFounding(
  parts: FoundingParts,
  { barrier, clusterTimeMs }: FoundingRoom,
): Promise<Founding> {
  const { store, random, limits, initialMounts, deposit } = parts;
  const holders = { tokens: new TokenHasher(), audit: new AuditHasher() };
  const attempt = new TransactionAttempt({ store, barrier }, { revision: 0, clusterTimeMs });
  const keys = [...makeSealedKeys(attempt, random, holders)];
  try {
    for (const mount of [...builtInMounts, ...initialMounts.map(plannedMount)]) {
      putPlannedMount(attempt, random, mount);
    }
    putDefaultPolicy(attempt);
    if (deposit !== undefined) keys.push(...putDeposit(attempt, deposit));
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

/** A mount of the founding commit. */
interface PlannedMount {
  /** Built-in mounts are found by their type. */
  readonly id: string | undefined;
  readonly type: string;
  readonly kind: MountEntry['kind'];
  readonly path: string;
  readonly description: string;
  readonly options: MountEntry['options'];
}

/** As Vault's mount tables list them. */
const builtInMounts: readonly PlannedMount[] = [
  builtIn('cubbyhole', 'cubbyhole/', 'per-token private secret storage'),
  builtIn('identity', 'identity/', 'identity store'),
  builtIn('system', systemMountPath, 'system endpoints used for control, policy and debugging'),
  builtIn('token', tokenMountPath, 'token based credentials'),
];

function builtIn(type: BuiltInType, path: string, description: string): PlannedMount {
  const kind = type === 'token' ? 'auth' : 'secret';
  return { id: type, type, kind, path, description, options: null };
}

function plannedMount({ path, type, options }: InitialMount): PlannedMount {
  return { id: undefined, type, kind: 'secret', path, description: '', options };
}

function putPlannedMount(attempt: Attempt, random: Random, mount: PlannedMount): void {
  const view = attempt.view(namespacePrefix(rootNamespaceId), rootNamespaceId);
  const uuid = newUuid(random);
  putMount(view, {
    format: 1,
    id: mount.id ?? uuid,
    kind: mount.kind,
    path: mount.path,
    type: mount.type,
    description: mount.description,
    accessor: newMountAccessor(random, mount.kind, mount.type),
    uuid,
    options: mount.options,
    config: plainMountConfig,
    local: mount.id === 'cubbyhole',
    sealWrap: false,
    externalEntropyAccess: false,
  });
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
