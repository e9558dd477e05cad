import { assert } from '../../../../shared/assert.ts';
import type { JsonValue } from '../../../../shared/json/value.ts';
import { kvVersionsDefault, kvVersionsMax } from '../../../limits.ts';
import { type MaybeSoon, whenThere } from '../../../store/at-once.ts';
import type { View } from '../../../store/view.ts';
import { metadataKey } from '../keys.ts';
import { decodeStored, encodeStored } from '../stored-json.ts';
import {
  decodeSettings,
  encodeSettings,
  loadSettings,
  noSettings,
  type Settings,
} from './settings.ts';

/**
 * What a secret is apart from its data: settings, custom metadata and the history of its versions.
 * Values are never changed in place: an attempt may run again.
 */
export interface SecretMetadata {
  /** 0: never written (settings alone). Never goes back, so `cas: 0` fails after a delete. */
  readonly currentVersion: number;
  /** 0 until the window of kept versions is full for the first time, as in Vault. */
  readonly oldestVersion: number;
  /** Counts changes of settings and custom metadata; 0 for a secret that only has data. */
  readonly metadataVersion: number;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly settings: Settings;
  readonly customMetadata: Readonly<Record<string, string>> | undefined;
  /** In ascending order; at most `kvVersionsMax`. */
  readonly versions: readonly VersionRecord[];
}

export interface VersionRecord {
  readonly version: number;
  readonly createdMs: number;
  /** When it was or will be deleted; undefined: never. */
  readonly deletionMs: number | undefined;
  readonly destroyed: boolean;
}

/** The settings of the mount and what is known of one of its secrets, as one read. */
export interface Loaded {
  readonly config: Settings;
  readonly metadata: SecretMetadata | undefined;
}

export function loadMetadata(view: View, path: string): MaybeSoon<SecretMetadata | undefined> {
  return whenThere(view.getDecoded(metadataKey(path), decodeMetadata), (found) => found?.form);
}

export async function loadWithConfig(view: View, path: string): Promise<Loaded> {
  const [config, metadata] = await Promise.all([loadSettings(view), loadMetadata(view, path)]);
  return { config, metadata };
}

export function saveMetadata(view: View, path: string, metadata: SecretMetadata): void {
  assert(metadata.versions.length <= kvVersionsMax, 'a secret keeps a bounded number of versions');
  const written = { decode: decodeMetadata, form: metadata };
  view.put(metadataKey(path), encodeMetadata(metadata), written);
}

/** A secret that was never written. */
export function newMetadata(nowMs: number): SecretMetadata {
  return {
    currentVersion: 0,
    oldestVersion: 0,
    metadataVersion: 0,
    createdMs: nowMs,
    updatedMs: nowMs,
    settings: noSettings,
    customMetadata: undefined,
    versions: [],
  };
}

/** Adds the next version and names those that no longer fit into the window of kept ones. */
export function addVersion(
  metadata: SecretMetadata,
  created: { readonly createdMs: number; readonly deletionMs: number | undefined },
  configMaxVersions: number,
): { readonly metadata: SecretMetadata; readonly pruned: readonly VersionRecord[] } {
  const version = metadata.currentVersion + 1;
  const versions = [...metadata.versions, { version, ...created, destroyed: false }];
  const kept = Math.max(metadata.settings.maxVersions, configMaxVersions) || kvVersionsDefault;
  const full = version - metadata.oldestVersion >= kept;
  const oldestVersion = full ? version - kept + 1 : metadata.oldestVersion;
  return {
    metadata: {
      ...metadata,
      currentVersion: version,
      oldestVersion,
      updatedMs: created.createdMs,
      versions: versions.filter((record) => record.version >= oldestVersion),
    },
    pruned: versions.filter((record) => record.version < oldestVersion),
  };
}

/** The same secret with some versions changed; undefined if `change` changed none. */
export function changeVersions(
  metadata: SecretMetadata,
  numbers: ReadonlySet<number>,
  change: (record: VersionRecord) => VersionRecord,
): SecretMetadata | undefined {
  const versions = metadata.versions.map((record) =>
    numbers.has(record.version) ? change(record) : record,
  );
  const changed = versions.some((record, position) => record !== metadata.versions[position]);
  return changed ? { ...metadata, versions } : undefined;
}

export function findVersion(metadata: SecretMetadata, version: number): VersionRecord | undefined {
  return metadata.versions.find((record) => record.version === version);
}

/** Whether the data of a version can be read at a time. A deletion holds from its own moment on. */
export function isReadable(record: VersionRecord, nowMs: number): boolean {
  return !record.destroyed && (record.deletionMs === undefined || record.deletionMs > nowMs);
}

/** When a version made (or brought back) at a time deletes itself: the nearest that is set. */
export function deletionAt(nowMs: number, config: Settings, secret: Settings): number | undefined {
  if (config.deleteAfterSeconds < 0) return undefined;
  const set = [config.deleteAfterSeconds, secret.deleteAfterSeconds].filter(
    (seconds) => seconds > 0,
  );
  return set.length === 0 ? undefined : nowMs + Math.min(...set) * 1_000;
}

/** Stored form: short names, versions as rows of version, created, deletion or 0, destroyed. */
function encodeMetadata(metadata: SecretMetadata): Uint8Array {
  return encodeStored({
    current: metadata.currentVersion,
    oldest: metadata.oldestVersion,
    metadata: metadata.metadataVersion,
    created: metadata.createdMs,
    updated: metadata.updatedMs,
    ...encodeSettings(metadata.settings),
    custom: metadata.customMetadata ?? null,
    versions: metadata.versions.map((record) => [
      record.version,
      record.createdMs,
      record.deletionMs ?? 0,
      record.destroyed ? 1 : 0,
    ]),
  });
}

export function decodeMetadata(bytes: Uint8Array): SecretMetadata {
  const stored = decodeStored(bytes);
  const custom = stored['custom'] as Readonly<Record<string, string>> | null;
  const rows = stored['versions'] as readonly (readonly number[])[];
  return {
    currentVersion: Number(stored['current']),
    oldestVersion: Number(stored['oldest']),
    metadataVersion: Number(stored['metadata']),
    createdMs: Number(stored['created']),
    updatedMs: Number(stored['updated']),
    settings: decodeSettings(stored),
    customMetadata: custom ?? undefined,
    versions: rows.map(decodeRow),
  };
}

function decodeRow(row: readonly JsonValue[]): VersionRecord {
  const [version, createdMs, deletionMs, destroyed] = row.map(Number);
  assert(version !== undefined && createdMs !== undefined, 'a version row is whole');
  const deletion = deletionMs === 0 ? undefined : deletionMs;
  return { version, createdMs, deletionMs: deletion, destroyed: destroyed === 1 };
}
