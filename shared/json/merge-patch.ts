import { isJsonObject, type JsonObject, type JsonValue } from './value.ts';

/**
 * JSON Merge Patch (RFC 7396): names of the patch replace those of the target, null removes them,
 * objects merge. Results are made without a prototype: names come from users.
 */
export function mergePatch(target: JsonValue | undefined, patch: JsonObject): JsonObject {
  const merged: Record<string, JsonValue> = Object.create(null);
  if (isJsonObject(target)) Object.assign(merged, target);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else merged[name] = isJsonObject(value) ? mergePatch(merged[name], value) : value;
  }
  return merged;
}
