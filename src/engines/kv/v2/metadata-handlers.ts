import type { kvV2Routes } from '../../../../shared/api/kv-v2.ts';
import { failure } from '../../../../shared/errors/failure.ts';
import type { Handlers } from '../../engine.ts';
import { metadataKey, versionKey } from '../keys.ts';
import { rootAnswer } from './invalid.ts';
import { listAnswer, scanAnswer } from './list-handlers.ts';
import { loadMetadata, loadWithConfig, newMetadata, saveMetadata } from './metadata.ts';
import {
  applyChange,
  checkMetadataCas,
  patchChange,
  warnOfIgnored,
  writeChange,
} from './metadata-change.ts';
import { renderMetadata } from './render.ts';

/** `metadata/`: settings and history of a secret; lists. */
export const metadataHandlers: Handlers<typeof kvV2Routes>['metadata'] = {
  async read(call) {
    const {
      view,
      parameters: { path },
    } = call;
    if (path === '') return rootAnswer(call);
    const metadata = await loadMetadata(view, path);
    if (metadata === undefined) throw failure('request.not-found');
    return { data: renderMetadata(metadata) };
  },

  async write(call) {
    const {
      view,
      parameters: { path },
      fields,
      clusterTimeMs,
    } = call;
    if (path === '') return rootAnswer(call);
    const wanted = writeChange(fields);
    if (wanted === undefined) return {};
    const loaded = await loadWithConfig(view, path);
    checkMetadataCas(fields.metadata_cas, loaded);
    warnOfIgnored(wanted.settings, loaded.config, call);
    const current = loaded.metadata ?? newMetadata(clusterTimeMs);
    saveMetadata(view, path, applyChange(current, wanted, clusterTimeMs));
    return {};
  },

  async patch(call) {
    const {
      view,
      parameters: { path },
      fields,
      clusterTimeMs,
    } = call;
    if (path === '') return rootAnswer(call);
    const wanted = patchChange(fields);
    if (wanted === undefined) return {};
    const loaded = await loadWithConfig(view, path);
    if (loaded.metadata === undefined) throw failure('request.not-found');
    checkMetadataCas(fields.metadata_cas, loaded);
    warnOfIgnored(wanted.settings, loaded.config, call);
    saveMetadata(view, path, applyChange(loaded.metadata, wanted, clusterTimeMs));
    return {};
  },

  async delete(call) {
    const {
      view,
      parameters: { path },
    } = call;
    if (path === '') return rootAnswer(call);
    const metadata = await loadMetadata(view, path);
    if (metadata === undefined) return {};
    for (const { version } of metadata.versions) view.delete(versionKey(path, version));
    view.delete(metadataKey(path));
    return {};
  },

  list: ({ view, parameters, fields }) => listAnswer(view, parameters.path, fields),
  scan: ({ view, parameters, fields }) => scanAnswer(view, parameters.path, fields),
};
