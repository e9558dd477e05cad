import { constantJson } from '../../../../shared/json/constant.ts';
import type { JsonObject, JsonValue } from '../../../../shared/json/value.ts';
import { formatDuration } from '../../../../shared/units/duration.ts';
import { formatTime } from '../../../../shared/units/time.ts';
import type { SecretMetadata, VersionRecord } from './metadata.ts';
import type { Settings } from './settings.ts';

/** Answers of KV version 2 in Vault's words. The time that is not set is the empty string. */

export function renderSettings(settings: Settings): JsonObject {
  return {
    max_versions: settings.maxVersions,
    cas_required: settings.casRequired,
    metadata_cas_required: settings.metadataCasRequired,
    delete_version_after:
      settings.deleteAfterSeconds < 0 ? '-1s' : formatDuration(settings.deleteAfterSeconds),
  };
}

/** Versions of a secret as they were rendered, as long as its metadata is the same. */
const rendered = new WeakMap<SecretMetadata, Map<VersionRecord, JsonObject>>();

/** `metadata` beside a version's data, and the answer to a write. */
export function renderVersion(metadata: SecretMetadata, record: VersionRecord): JsonObject {
  const versions = rendered.get(metadata) ?? new Map<VersionRecord, JsonObject>();
  rendered.set(metadata, versions);
  const known = versions.get(record);
  if (known !== undefined) return known;
  const version = constantJson({
    created_time: formatTime(record.createdMs),
    custom_metadata: renderCustomMetadata(metadata),
    deletion_time: renderDeletion(record),
    destroyed: record.destroyed,
    version: record.version,
  });
  versions.set(record, version);
  return version;
}

export function renderMetadata(metadata: SecretMetadata): JsonObject {
  const versions: Record<string, JsonValue> = {};
  for (const record of metadata.versions) {
    versions[String(record.version)] = {
      created_time: formatTime(record.createdMs),
      deletion_time: renderDeletion(record),
      destroyed: record.destroyed,
    };
  }
  return {
    ...renderSettings(metadata.settings),
    created_time: formatTime(metadata.createdMs),
    current_metadata_version: metadata.metadataVersion,
    current_version: metadata.currentVersion,
    custom_metadata: renderCustomMetadata(metadata),
    oldest_version: metadata.oldestVersion,
    updated_time: formatTime(metadata.updatedMs),
    versions,
  };
}

function renderCustomMetadata(metadata: SecretMetadata): JsonValue {
  return metadata.customMetadata ?? null;
}

function renderDeletion(record: VersionRecord): string {
  return record.deletionMs === undefined ? '' : formatTime(record.deletionMs);
}
