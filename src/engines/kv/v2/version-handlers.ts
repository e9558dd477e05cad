import type { kvV2Routes } from '../../../../shared/api/kv-v2.ts';
import { failure } from '../../../../shared/errors/failure.ts';
import type { View } from '../../../store/view.ts';
import type { Answer, Handlers } from '../../engine.ts';
import { versionKey } from '../keys.ts';
import {
  changeVersions,
  deletionAt,
  findVersion,
  isReadable,
  loadMetadata,
  loadWithConfig,
  type SecretMetadata,
  saveMetadata,
} from './metadata.ts';

/** Versions that are not there, or are destroyed, are passed over: the call is idempotent. */
interface VersionChange {
  readonly path: string;
  readonly metadata: SecretMetadata;
  readonly numbers: ReadonlySet<number>;
  readonly nowMs: number;
}

/** `delete/`: marks versions as deleted. Their data stays. */
export const deleteHandlers: Handlers<typeof kvV2Routes>['delete'] = {
  async write({ view, parameters: { path }, fields, clusterTimeMs }) {
    const numbers = requireNumbers(fields.versions);
    const metadata = await loadMetadata(view, path);
    if (metadata === undefined) return {};
    return deleteVersions(view, { path, metadata, numbers, nowMs: clusterTimeMs });
  },
};

/** `undelete/`: takes the mark away; the time until it deletes itself starts anew. */
export const undeleteHandlers: Handlers<typeof kvV2Routes>['undelete'] = {
  async write({ view, parameters: { path }, fields, clusterTimeMs }) {
    const numbers = requireNumbers(fields.versions);
    const { config, metadata } = await loadWithConfig(view, path);
    if (metadata === undefined) return {};
    const deletionMs = deletionAt(clusterTimeMs, config, metadata.settings);
    const changed = changeVersions(metadata, numbers, (record) =>
      record.destroyed || record.deletionMs === deletionMs ? record : { ...record, deletionMs },
    );
    if (changed !== undefined) saveMetadata(view, path, changed);
    return {};
  },
};

/** `destroy/`: removes the data of versions for good; the history keeps their times. */
export const destroyHandlers: Handlers<typeof kvV2Routes>['destroy'] = {
  async write({ view, parameters: { path }, fields }) {
    const numbers = requireNumbers(fields.versions);
    const metadata = await loadMetadata(view, path);
    if (metadata === undefined) return {};
    const changed = changeVersions(metadata, numbers, (record) =>
      record.destroyed ? record : { ...record, destroyed: true },
    );
    if (changed === undefined) return {};
    saveMetadata(view, path, changed);
    for (const number of numbers) {
      const known = findVersion(metadata, number);
      if (known !== undefined) view.delete(versionKey(path, number));
    }
    return {};
  },
};

/** Marks the readable ones among some versions as deleted now. */
export function deleteVersions(view: View, change: VersionChange): Answer {
  const { path, metadata, numbers, nowMs } = change;
  const changed = changeVersions(metadata, numbers, (record) =>
    isReadable(record, nowMs) ? { ...record, deletionMs: nowMs } : record,
  );
  if (changed !== undefined) saveMetadata(view, path, changed);
  return {};
}

function requireNumbers(versions: readonly number[] | undefined): ReadonlySet<number> {
  if (versions === undefined || versions.length === 0) throw failure('kv.versions-missing');
  return new Set(versions);
}
