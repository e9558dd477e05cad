import { kvV1Routes } from '../../../../shared/api/kv-v1.ts';
import type { Engine } from '../../engine.ts';
import {
  deletePlain,
  leaseSecondsOf,
  listPlain,
  plainExists,
  readPlain,
  scanPlain,
  writePlain,
} from './plain.ts';

/** KV version 1. Source: Vault's API documentation, "KV secrets engine - version 1". */
export const kvV1Engine: Engine<typeof kvV1Routes> = {
  type: 'kv',
  routes: kvV1Routes,
  handlers: {
    secret: {
      async read({ view, parameters, mount }) {
        const data = await readPlain(view, parameters.path);
        return { data, leaseSeconds: leaseSecondsOf(data, mount.defaultLeaseTtlSeconds) };
      },
      write: async ({ view, parameters, body }) => writePlain(view, parameters.path, body),
      delete: async ({ view, parameters }) => deletePlain(view, parameters.path),
      list: ({ view, parameters, fields }) =>
        listPlain(view, { folder: parameters.path, after: fields.after, limit: fields.limit }),
      scan: ({ view, parameters, fields }) =>
        scanPlain(view, { folder: parameters.path, after: fields.after, limit: fields.limit }),
    },
  },
  exists: ({ view, path }) => plainExists(view, path),
};
