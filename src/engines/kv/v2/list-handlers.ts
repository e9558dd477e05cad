import type { kvV2Routes } from '../../../../shared/api/kv-v2.ts';
import { failure } from '../../../../shared/errors/failure.ts';
import type { JsonObject, JsonValue } from '../../../../shared/json/value.ts';
import { kvDetailedNamesMax } from '../../../limits.ts';
import type { View } from '../../../store/view.ts';
import type { Answer, Handlers } from '../../engine.ts';
import { metadataKey } from '../keys.ts';
import { listNames, scanNames } from '../listing.ts';
import { decodeMetadata } from './metadata.ts';
import { renderMetadata } from './render.ts';

/** Lists of secrets: an empty LIST is "not found", an empty SCAN an empty object, as in OpenBao. */

interface Paging {
  readonly after: string | undefined;
  readonly limit: number | undefined;
}

export async function listAnswer(view: View, folder: string, paging: Paging): Promise<Answer> {
  const keys = await listNames(view, { folder, ...paging });
  if (keys.length === 0) throw failure('request.not-found');
  return { data: { keys } };
}

export async function scanAnswer(view: View, folder: string, paging: Paging): Promise<Answer> {
  const keys = await scanNames(view, { folder, ...paging });
  return { data: keys.length === 0 ? {} : { keys } };
}

/** `detailed-metadata/`: the same with the metadata of each secret; folders have none. */
export const detailedMetadataHandlers: Handlers<typeof kvV2Routes>['detailedMetadata'] = {
  async list({ view, parameters: { path }, fields }) {
    const keys = await listNames(view, { folder: path, ...fields, namesMax: kvDetailedNamesMax });
    if (keys.length === 0) throw failure('request.not-found');
    return { data: { keys, key_info: await keyInfo(view, path, keys) } };
  },

  async scan({ view, parameters: { path }, fields }) {
    const keys = await scanNames(view, { folder: path, ...fields, namesMax: kvDetailedNamesMax });
    if (keys.length === 0) return { data: {} };
    return { data: { keys, key_info: await keyInfo(view, path, keys) } };
  },
};

async function keyInfo(view: View, folder: string, names: readonly string[]): Promise<JsonObject> {
  const prefix = folder === '' ? '' : `${folder}/`;
  const stored = await view.getMany(names.map((name) => metadataKey(prefix + name)));
  const info: Record<string, JsonValue> = Object.create(null);
  for (const [position, name] of names.entries()) {
    const value = stored[position]?.value;
    info[name] = value === undefined ? {} : renderMetadata(decodeMetadata(value));
  }
  return info;
}
