/**
 * JSON that crossed a thread has ordinary prototypes again, on which a key named `constructor`
 * would be found where the agent sent none. Here it is made bare, as shared/json makes it.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../shared/json/value.ts';

/** A copy whose objects have no prototype. The value was parsed, so its depth is bounded. */
export function bareJson(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  return isJsonObject(value) ? bareObject(value) : value.map(bareJson);
}

function bareObject(object: JsonObject): JsonObject {
  const copy = { __proto__: null } as unknown as Record<string, JsonValue>;
  for (const key of Object.keys(object)) {
    // Checked results have members that are undefined: the agent left them out, and so do we.
    const value = object[key];
    if (value !== undefined) copy[key] = bareJson(value);
  }
  return copy;
}
