/** What anybody may know of a seal. */
import { encodeHex } from '../../shared/encoding/hex.ts';
import { sealWarnings } from './seal-warnings.ts';
import type { CollectionSnapshot } from './share-collection.ts';
import type { StoredSeal } from './stored-seal.ts';

/** The state as it may be shown to anyone. */
export interface SealStatus {
  readonly type: 'shamir';
  readonly initialised: boolean;
  readonly sealed: boolean;
  /** Shares needed; 0 before the initialisation. */
  readonly threshold: number;
  /** Shares that exist; 0 before the initialisation. */
  readonly count: number;
  /** Shares entered of the running unseal. */
  readonly progress: number;
  /** Of the running unseal; empty when no share was entered. */
  readonly nonce: string;
  /** Hex; names the set that the shares must belong to. */
  readonly setId: string | undefined;
  readonly clusterId: string | undefined;
  readonly clusterName: string | undefined;
  readonly warnings: readonly string[];
}

/** `entered`: the shares of the running unseal. */
export function statusOf(
  stored: StoredSeal | undefined,
  entered: CollectionSnapshot | undefined,
  sealed: boolean,
): SealStatus {
  const progress = entered?.progress ?? 0;
  return {
    type: 'shamir',
    initialised: stored !== undefined,
    sealed,
    threshold: stored?.record.threshold ?? 0,
    count: stored?.record.count ?? 0,
    progress,
    nonce: progress > 0 ? (entered?.nonce ?? '') : '',
    setId: stored && encodeHex(stored.record.setId),
    clusterId: stored?.cluster.id,
    clusterName: stored?.cluster.name,
    warnings: stored === undefined ? [] : sealWarnings(stored.record),
  };
}
