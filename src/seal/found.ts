/**
 * Founds a cluster: root key, unseal key, shares, first keyring and whatever the core adds, in one
 * commit on an empty store. A crash leaves either nothing or all of it.
 */
import { failure } from '../../shared/errors/failure.ts';
import { copySecret } from '../../shared/secret-bytes.ts';
import {
  encodeFramedShare,
  encodeRawShare,
  setIdBytes,
  shareSecretBytes,
  sharesMax,
} from '../../shared/share/share.ts';
import type { Barrier } from '../barrier/barrier.ts';
import { rootNamespaceId } from '../../shared/ids.ts';
import { KeyringBarrier } from '../barrier/keyring-barrier.ts';
import { keyringKey } from '../barrier/keyring-record.ts';
import { aesIvBytes, aesKeyBytes } from '../crypto/aes-gcm.ts';
import { zero } from '../crypto/bytes.ts';
import { transactionOperationsMax } from '../limits.ts';
import type { Random } from '../ports/random.ts';
import type { Operation, Store } from '../ports/store.ts';
import {
  type ClusterRecord,
  clusterKey,
  encodeCluster,
  encodeFormat,
  formatKey,
  newCluster,
} from './cluster-record.ts';
import {
  commitShare,
  encodeSealRecord,
  sealKey,
  type SealRecord,
  type ShareSet,
  wrapRootKey,
} from './seal-record.ts';
import { type Point, split, type SplitOptions } from './shamir.ts';
import { readSeal, type StoredSeal } from './stored-seal.ts';

export interface InitialiseOptions {
  /** 1 to 255. */
  readonly shares: number;
  /** 2 to `shares`, or 1 of 1. */
  readonly threshold: number;
}

/** What the core may use to prepare its first entries. */
export interface FoundingRoom {
  /**
   * Unsealed with the new keyring, with the uses for one transaction of the root namespace
   * reserved. Cleared afterwards.
   */
  readonly barrier: Barrier;
  readonly clusterTimeMs: number;
}

/** Makes the operations that are committed together with the seal. */
export type PrepareFounding = (room: FoundingRoom) => Promise<readonly Operation[]>;

/** One share for its holder, both encodings. Whoever hands it out zeroes it. */
export interface IssuedShare {
  /** Vault's bytes: 33, or 32 for the whole key. */
  readonly raw: Uint8Array<ArrayBuffer>;
  /** ASCII text of the framed form. */
  readonly framed: Uint8Array<ArrayBuffer>;
}

export interface Founded {
  readonly stored: StoredSeal;
  readonly shares: readonly IssuedShare[];
  readonly written: FoundingCommit;
}

/** What the founding commit wrote, and as which revision. */
interface FoundingCommit {
  readonly keys: readonly string[];
  readonly revision: number;
}

/** Throws `seal.parameters` for numbers that make no sense. */
function checkParameters({ shares, threshold }: InitialiseOptions): void {
  const refuse = (reason: string): Error => failure('seal.parameters', { reason });
  const whole = Number.isInteger(shares) && Number.isInteger(threshold);
  if (!whole) throw refuse('both must be whole numbers');
  if (shares < 1 || shares > sharesMax) throw refuse(`there are 1 to ${sharesMax} shares`);
  if (threshold < 1) throw refuse('at least one share must be needed');
  if (threshold > shares) throw refuse('more shares would be needed than there are');
  if (threshold === 1 && shares > 1) {
    throw refuse(
      'with a threshold of 1 every share would be the whole key; use 1 share or 2 needed',
    );
  }
}

/**
 * Founds the cluster. Throws `seal.parameters`, `seal.already-initialised`, what `readSeal` throws,
 * and what `prepare` and the store throw; then nothing has changed.
 */
export async function foundCluster(
  ports: { readonly store: Store; readonly random: Random },
  options: InitialiseOptions,
  prepare: PrepareFounding,
): Promise<Founded> {
  checkParameters(options);
  const { stored, clusterTimeMs } = await readSeal(ports.store);
  if (stored !== undefined) throw failure('seal.already-initialised');
  const rootKey = ports.random.bytes(aesKeyBytes);
  const barrier = new KeyringBarrier(ports);
  try {
    const keyring = barrier.found(rootKey, clusterTimeMs);
    await barrier.reserve(rootNamespaceId, transactionOperationsMax);
    const prepared = await prepare({ barrier, clusterTimeMs });
    const { record, shares } = makeSeal(ports.random, options, rootKey);
    const cluster = newCluster(ports.random, clusterTimeMs);
    try {
      const operations = [...sealOperations(record, cluster), keyring, ...prepared];
      const written = await commit(ports.store, operations);
      return { stored: { record, cluster }, shares, written };
    } catch (error) {
      for (const { raw, framed } of shares) zero(raw, framed);
      throw error;
    }
  } finally {
    zero(rootKey);
    barrier.clear();
  }
}

function sealOperations(record: SealRecord, cluster: ClusterRecord): Operation[] {
  return [
    { kind: 'put', key: formatKey, value: encodeFormat() },
    { kind: 'put', key: clusterKey, value: encodeCluster(cluster) },
    { kind: 'put', key: sealKey, value: encodeSealRecord(record) },
  ];
}

/**
 * Takes a founding back: deletes what it wrote, in one commit, if all of it is still as it was
 * written. Its shares must have been given to nobody. Throws `seal.already-initialised` where
 * something was changed since, and what the store throws.
 */
export async function takeFoundingBack(
  store: Store,
  { keys, revision }: FoundingCommit,
): Promise<void> {
  const compare = keys.map((key) => ({ key, modRevision: revision }));
  const deletions = keys.map((key): Operation => ({ kind: 'delete', key }));
  const { succeeded } = await store.commit({ compare, then: deletions, else: [] });
  if (!succeeded) throw failure('seal.already-initialised');
}

async function commit(store: Store, operations: readonly Operation[]): Promise<FoundingCommit> {
  const fixed = [formatKey, clusterKey, sealKey, keyringKey(rootNamespaceId)];
  const compare = fixed.map((key) => ({ key, modRevision: 0 }));
  const { succeeded, revision } = await store.commit({ compare, then: operations, else: [] });
  if (!succeeded) throw failure('seal.already-initialised');
  return { keys: operations.map(({ key }) => key), revision };
}

/** Makes the unseal key, splits it and wraps the root key under it. */
function makeSeal(
  random: Random,
  options: InitialiseOptions,
  rootKey: Uint8Array,
): { readonly record: SealRecord; readonly shares: IssuedShare[] } {
  const unsealKey = random.bytes(shareSecretBytes);
  const points = splitOrWhole(unsealKey, options, random);
  const setId = random.bytes(setIdBytes);
  const set: ShareSet = {
    setId,
    threshold: options.threshold,
    count: options.shares,
    commitments: points.map(({ index, bytes }) => commitShare(setId, index, bytes)),
  };
  const record = wrapRootKey(set, unsealKey, { rootKey, iv: random.bytes(aesIvBytes) });
  const shares = points.map((point) => issue(set, point));
  zero(unsealKey, ...points.map(({ bytes }) => bytes));
  return { record, shares };
}

/** With one share in all, the share is the key itself, as in Vault. */
function splitOrWhole(
  unsealKey: Uint8Array<ArrayBuffer>,
  { shares, threshold }: InitialiseOptions,
  random: Random,
): Point[] {
  if (shares === 1) return [{ index: 1, bytes: copySecret(unsealKey) }];
  const options: SplitOptions = { count: shares, threshold };
  return split(unsealKey, options, random);
}

function issue({ setId, threshold, count }: ShareSet, { index, bytes }: Point): IssuedShare {
  const rawIndex = count === 1 ? undefined : index;
  return {
    raw: encodeRawShare({ kind: 'raw', secret: bytes, index: rawIndex }),
    framed: encodeFramedShare({ kind: 'framed', secret: bytes, setId, threshold, count, index }),
  };
}
