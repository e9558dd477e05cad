import { kvV2Routes } from '../../../../shared/api/kv-v2.ts';
import type { Engine } from '../../engine.ts';
import { configHandlers } from './config-handlers.ts';
import { dataHandlers } from './data-handlers.ts';
import { invalidHandlers } from './invalid.ts';
import { detailedMetadataHandlers } from './list-handlers.ts';
import { loadMetadata } from './metadata.ts';
import { metadataHandlers } from './metadata-handlers.ts';
import { subkeysHandlers } from './subkeys.ts';
import { deleteHandlers, destroyHandlers, undeleteHandlers } from './version-handlers.ts';

/** KV version 2. Source: OpenBao's API documentation, "KV secrets engine - version 2". */
export const kvV2Engine: Engine<typeof kvV2Routes> = {
  type: 'kv',
  routes: kvV2Routes,
  handlers: {
    config: configHandlers,
    data: dataHandlers,
    delete: deleteHandlers,
    undelete: undeleteHandlers,
    destroy: destroyHandlers,
    metadata: metadataHandlers,
    detailedMetadata: detailedMetadataHandlers,
    subkeys: subkeysHandlers,
    invalid: invalidHandlers,
  },
  /** Data and metadata of a secret are created together; everything else is an update. */
  async exists({ view, path }) {
    const secret = /^(?:data|metadata)\/(?<path>.+?)\/?$/u.exec(path)?.groups?.['path'];
    return secret === undefined || (await loadMetadata(view, secret)) !== undefined;
  },
};
