import { cubbyholeRoutes } from '../../../shared/api/cubbyhole.ts';
import { assert } from '../../../shared/assert.ts';
import type { View } from '../../store/view.ts';
import type { Caller, Engine } from '../engine.ts';
import {
  deletePlain,
  listPlain,
  plainExists,
  readPlain,
  scanPlain,
  writePlain,
} from '../kv/v1/plain.ts';

/**
 * Cubbyhole: each token's own secrets. They lie under the token's storage id, so no request can
 * name those of another token; whoever revokes a token deletes everything under its prefix.
 * Source: Vault's API documentation, "Cubbyhole secrets engine".
 */
export const cubbyholeEngine: Engine<typeof cubbyholeRoutes> = {
  type: 'cubbyhole',
  routes: cubbyholeRoutes,
  handlers: {
    secret: {
      async read({ view, caller, parameters }) {
        return { data: await readPlain(ownView(view, caller), parameters.path) };
      },
      write: async ({ view, caller, parameters, body }) =>
        writePlain(ownView(view, caller), parameters.path, body),
      delete: async ({ view, caller, parameters }) =>
        deletePlain(ownView(view, caller), parameters.path),
      list: ({ view, caller, parameters, fields }) =>
        listPlain(ownView(view, caller), {
          folder: parameters.path,
          after: fields.after,
          limit: fields.limit,
        }),
      scan: ({ view, caller, parameters, fields }) =>
        scanPlain(ownView(view, caller), {
          folder: parameters.path,
          after: fields.after,
          limit: fields.limit,
        }),
    },
  },
  exists: ({ view, caller, path }) => plainExists(ownView(view, caller), path),
};

/** Where a token's secrets lie, relative to the mount's data. */
export function cubbyholePrefix(tokenId: string): string {
  assert(tokenId !== '' && !tokenId.includes('/'), 'a token id is one segment');
  return `${tokenId}/`;
}

function ownView(view: View, caller: Caller): View {
  return view.child(cubbyholePrefix(caller.tokenId));
}
