import type { kvV2Routes } from '../../../../shared/api/kv-v2.ts';
import { assert } from '../../../../shared/assert.ts';
import { utf8Encode } from '../../../../shared/encoding/utf8.ts';
import { failure } from '../../../../shared/errors/failure.ts';
import { mergePatch } from '../../../../shared/json/merge-patch.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../../shared/json/value.ts';
import { pathBytesMax } from '../../../../shared/limits.ts';
import { type MaybeSoon, whenThere } from '../../../store/at-once.ts';
import type { View } from '../../../store/view.ts';
import type { Answer, Handlers } from '../../engine.ts';
import { versionKey } from '../keys.ts';
import { decodeStored, encodeStored } from '../stored-json.ts';
import {
  addVersion,
  deletionAt,
  findVersion,
  isReadable,
  loadMetadata,
  loadWithConfig,
  newMetadata,
  type SecretMetadata,
  saveMetadata,
  type VersionRecord,
} from './metadata.ts';
import { renderVersion } from './render.ts';
import type { Settings } from './settings.ts';
import { deleteVersions } from './version-handlers.ts';

/** `data/`: the secret itself, one version at a time. */
export const dataHandlers: Handlers<typeof kvV2Routes>['data'] = {
  read({ view, parameters: { path }, fields, clusterTimeMs }) {
    return whenThere(
      requireVersion(view, path, fields.version),
      ({ metadata, record }): MaybeSoon<Answer> => {
        const rendered = renderVersion(metadata, record);
        if (!isReadable(record, clusterTimeMs)) {
          return { status: 404, data: { data: null, metadata: rendered } };
        }
        // A version is written once, with the metadata that this is a part of.
        return whenThere(loadData(view, path, record.version), (data) => ({
          data: { data, metadata: rendered },
          standIn: rendered,
        }));
      },
    );
  },

  async write({ view, parameters: { path }, fields, clusterTimeMs, mount }) {
    const data = requireData(fields.data);
    const { config, metadata: found } = await loadWithConfig(view, path);
    if (found === undefined) requireRoomForMetadata(mount.path, path);
    const metadata = found ?? newMetadata(clusterTimeMs);
    checkCas(fields.options, config, metadata);
    return saveVersion(view, { path, config, metadata, data, nowMs: clusterTimeMs });
  },

  async patch({ view, parameters: { path }, fields, clusterTimeMs }) {
    const patch = requireData(fields.data);
    const { config, metadata } = await loadWithConfig(view, path);
    if (metadata === undefined) throw failure('request.not-found');
    checkCas(fields.options, config, metadata);
    const record = findVersion(metadata, metadata.currentVersion);
    if (record === undefined) throw failure('request.not-found');
    if (!isReadable(record, clusterTimeMs)) {
      return { status: 404, data: renderVersion(metadata, record) };
    }
    const data = mergePatch(await loadData(view, path, record.version), patch);
    return saveVersion(view, { path, config, metadata, data, nowMs: clusterTimeMs });
  },

  async delete({ view, parameters: { path }, clusterTimeMs }) {
    const metadata = await loadMetadata(view, path);
    if (metadata === undefined) return {};
    return deleteVersions(view, {
      path,
      metadata,
      numbers: new Set([metadata.currentVersion]),
      nowMs: clusterTimeMs,
    });
  },
};

/** What has no path for its metadata could never be undeleted, nor removed. */
function requireRoomForMetadata(mountPath: string, path: string): void {
  const bytes = utf8Encode(`${mountPath}metadata/${path}`).length;
  if (bytes > pathBytesMax) throw failure('kv.path-too-long', { pathBytesMax });
}

/** A version that is listed in the metadata. Throws `request.not-found`. */
export function requireVersion(
  view: View,
  path: string,
  version: number | undefined,
): MaybeSoon<FoundVersion> {
  if (version !== undefined && version < 0) {
    throw failure('request.field-invalid', { field: 'version', expected: 'a version number' });
  }
  return whenThere(loadMetadata(view, path), (metadata) => {
    const record = metadata && findVersion(metadata, version || metadata.currentVersion);
    if (metadata === undefined || record === undefined) throw failure('request.not-found');
    return { metadata, record };
  });
}

interface FoundVersion {
  readonly metadata: SecretMetadata;
  readonly record: VersionRecord;
}

/**
 * The data of a readable version. It is there: if metadata and data were read at two revisions in
 * between which the version went away, the transaction notices and runs the handler again.
 */
export function loadData(view: View, path: string, version: number): MaybeSoon<JsonObject> {
  return whenThere(view.get(versionKey(path, version)), (stored) => {
    assert(stored !== undefined, 'a readable version has data');
    return decodeStored(stored.value);
  });
}

interface NewVersion {
  readonly path: string;
  readonly config: Settings;
  readonly metadata: SecretMetadata;
  readonly data: JsonObject;
  readonly nowMs: number;
}

function saveVersion(view: View, { path, config, metadata, data, nowMs }: NewVersion): Answer {
  const deletionMs = deletionAt(nowMs, config, metadata.settings);
  const added = addVersion(metadata, { createdMs: nowMs, deletionMs }, config.maxVersions);
  const version = added.metadata.currentVersion;
  saveMetadata(view, path, added.metadata);
  view.put(versionKey(path, version), encodeStored(data));
  for (const record of added.pruned) view.delete(versionKey(path, record.version));
  const record = findVersion(added.metadata, version);
  assert(record !== undefined, 'the newest version is kept');
  return { data: renderVersion(added.metadata, record) };
}

function requireData(data: JsonValue | undefined): JsonObject {
  if (data === undefined || data === null) throw failure('kv.data-missing');
  if (isJsonObject(data)) return data;
  throw failure('request.field-invalid', { field: 'data', expected: 'an object' });
}

/** Check-and-set: the caller says which version it believes to be the current one. */
function checkCas(
  options: JsonObject | undefined,
  config: Settings,
  metadata: SecretMetadata,
): void {
  const given = options !== undefined && Object.hasOwn(options, 'cas') ? options['cas'] : undefined;
  if (given === undefined) {
    if (config.casRequired || metadata.settings.casRequired) throw failure('kv.cas-required');
    return;
  }
  if (parseCas(given) !== metadata.currentVersion) throw failure('kv.cas-mismatch');
}

/** An integer, or digits (clients that build bodies from key=value pairs send text). */
function parseCas(value: JsonValue): number {
  const digits = typeof value === 'string' && /^\d{1,15}$/u.test(value);
  const cas = digits ? Number(value) : value;
  if (typeof cas === 'number' && Number.isSafeInteger(cas) && cas >= 0) return cas;
  throw failure('kv.cas-malformed');
}
