import type { kvV2Routes } from '../../../../shared/api/kv-v2.ts';
import type { Handlers } from '../../engine.ts';
import { renderSettings } from './render.ts';
import { checkMaxVersions, loadSettings, mountDeleteAfter, saveSettings } from './settings.ts';

/** `config`: settings of the mount. A write changes what it names and leaves the rest. */
export const configHandlers: Handlers<typeof kvV2Routes>['config'] = {
  async read({ view }) {
    return { data: renderSettings(await loadSettings(view)) };
  },

  async write({ view, fields }) {
    const current = await loadSettings(view);
    const { max_versions: maxVersions, delete_version_after: deleteAfter } = fields;
    saveSettings(view, {
      maxVersions: maxVersions === undefined ? current.maxVersions : checkMaxVersions(maxVersions),
      casRequired: fields.cas_required ?? current.casRequired,
      metadataCasRequired: fields.metadata_cas_required ?? current.metadataCasRequired,
      deleteAfterSeconds:
        deleteAfter === undefined ? current.deleteAfterSeconds : mountDeleteAfter(deleteAfter),
    });
    return {};
  },
};
