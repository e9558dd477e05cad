import { failure } from '../../shared/errors/failure.ts';
import type { GetResult, Store } from '../ports/store.ts';
import {
  checkFormat,
  type ClusterRecord,
  clusterKey,
  decodeCluster,
  formatKey,
} from './cluster-record.ts';
import { decodeSealRecord, type SealRecord, sealKey } from './seal-record.ts';

/** Everything of an initialised store that is readable while sealed. */
export interface StoredSeal {
  readonly record: SealRecord;
  readonly cluster: ClusterRecord;
}

export interface SealReading {
  /** Undefined if the store was never initialised. */
  readonly stored: StoredSeal | undefined;
  readonly clusterTimeMs: number;
}

/** Where data lies that only an initialised store has. */
const dataPrefixes = ['core/', 'ns/'] as const;

/**
 * Reads what says whether and how the store is sealed. Throws `seal.format-newer`,
 * `seal.record-corrupt`, or `seal.record-missing` for a store that holds data but not all records:
 * nothing may ever be initialised over it.
 */
export async function readSeal(store: Store): Promise<SealReading> {
  // Before the records: an initialisation in between then shows data and records, or neither.
  const empty = await isEmpty(store);
  const keys = [formatKey, clusterKey, sealKey];
  const { results, clusterTimeMs } = await store.get(keys.map((key) => ({ key })));
  const [format, cluster, seal] = results.map(valueOf);
  if (format !== undefined) checkFormat(format);
  if (format === undefined || cluster === undefined || seal === undefined) {
    const missing = keys.filter((_, at) => results[at]?.kind !== 'entry');
    if (empty && missing.length === keys.length) return { stored: undefined, clusterTimeMs };
    throw failure('seal.record-missing', { key: missing.join(', ') });
  }
  const record = decodeSealRecord(seal);
  if (record === undefined) throw failure('seal.record-corrupt', { key: sealKey });
  return { stored: { record, cluster: decodeCluster(cluster) }, clusterTimeMs };
}

async function isEmpty(store: Store): Promise<boolean> {
  for (const prefix of dataPrefixes) {
    const { entries } = await store.range(prefix, { limit: 1, keysOnly: true });
    if (entries.length > 0) return false;
  }
  return true;
}

function valueOf(result: GetResult): Uint8Array | undefined {
  return result.kind === 'entry' ? result.entry.value : undefined;
}
