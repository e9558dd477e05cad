/**
 * The clear records `core/format` (which version of the data format the store holds) and
 * `core/cluster` (what the cluster is called). JSON, so that an operator can read them with any
 * tool; members that this version does not know are a later version's and are left alone.
 */
import { assert } from '../../shared/assert.ts';
import { encodeHex } from '../../shared/encoding/hex.ts';
import { utf8Encode } from '../../shared/encoding/utf8.ts';
import { failure } from '../../shared/errors/failure.ts';
import { newUuid } from '../../shared/ids.ts';
import { parseJson } from '../../shared/json/parse.ts';
import { canonicalJson } from '../../shared/json/stringify.ts';
import { isJsonObject, type JsonObject } from '../../shared/json/value.ts';
import type { Random } from '../ports/random.ts';

export const formatKey = 'core/format';
export const clusterKey = 'core/cluster';
/** The newest data format this version reads and the one it writes. */
const dataFormat = 1;

export interface ClusterRecord {
  /** A UUID. */
  readonly id: string;
  /** As in `strongbox-cluster-1a2b3c4d`. */
  readonly name: string;
  /** Cluster time of the initialisation. */
  readonly createdMs: number;
}

/** Names a new cluster. */
export function newCluster(random: Random, createdMs: number): ClusterRecord {
  const id = newUuid(random);
  return { id, name: `strongbox-cluster-${encodeHex(random.bytes(4))}`, createdMs };
}

export function encodeFormat(): Uint8Array {
  return utf8Encode(canonicalJson({ format: dataFormat }));
}

export function encodeCluster({ id, name, createdMs }: ClusterRecord): Uint8Array {
  assert(Number.isSafeInteger(createdMs), 'a time is an integer');
  return utf8Encode(canonicalJson({ id, name, created_ms: createdMs }));
}

/** Checks the stored data format. Throws `seal.record-corrupt` or `seal.format-newer`. */
export function checkFormat(bytes: Uint8Array): void {
  const found = parseRecord(formatKey, bytes)['format'];
  if (typeof found !== 'number' || found < 1) throw corrupt(formatKey);
  if (found > dataFormat) throw failure('seal.format-newer', { found, supported: dataFormat });
}

/** Reads the stored names. Throws `seal.record-corrupt`. */
export function decodeCluster(bytes: Uint8Array): ClusterRecord {
  const { id, name, created_ms: createdMs } = parseRecord(clusterKey, bytes);
  if (typeof id !== 'string' || typeof name !== 'string') throw corrupt(clusterKey);
  if (typeof createdMs !== 'number') throw corrupt(clusterKey);
  return { id, name, createdMs };
}

function parseRecord(key: string, bytes: Uint8Array): JsonObject {
  try {
    const value = parseJson(bytes);
    if (isJsonObject(value)) return value;
  } catch {
    // Whatever is wrong with it, the record is unreadable.
  }
  throw corrupt(key);
}

function corrupt(key: string): Error {
  return failure('seal.record-corrupt', { key });
}
