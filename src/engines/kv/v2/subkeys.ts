import type { kvV2Routes } from '../../../../shared/api/kv-v2.ts';
import { failure } from '../../../../shared/errors/failure.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../../shared/json/value.ts';
import type { Handlers } from '../../engine.ts';
import { loadData, requireVersion } from './data-handlers.ts';
import { isReadable } from './metadata.ts';
import { renderVersion } from './render.ts';

/** `subkeys/`: the names inside a secret, for people who may know its shape but not its values. */
export const subkeysHandlers: Handlers<typeof kvV2Routes>['subkeys'] = {
  async read({ view, parameters: { path }, fields, clusterTimeMs }) {
    const depth = fields.depth || Number.POSITIVE_INFINITY;
    if (depth < 0) {
      throw failure('request.field-invalid', { field: 'depth', expected: 'a number of levels' });
    }
    const { metadata, record } = await requireVersion(view, path, fields.version);
    const rendered = renderVersion(metadata, record);
    if (!isReadable(record, clusterTimeMs)) {
      return { status: 404, data: { metadata: rendered, subkeys: null } };
    }
    const data = await loadData(view, path, record.version);
    return { data: { metadata: rendered, subkeys: withoutValues(data, depth) } };
  },
};

/** Only objects with names in them are shown as such; whatever else stands there becomes null. */
function withoutValues(secret: JsonObject, depth: number): JsonObject {
  const names: Record<string, JsonValue> = Object.create(null);
  for (const [name, value] of Object.entries(secret)) {
    const open = depth > 1 && isJsonObject(value) && Object.keys(value).length > 0;
    names[name] = open ? withoutValues(value, depth - 1) : null;
  }
  return names;
}
