/**
 * JSON as values. Objects that come from outside are made without a prototype, so that a key named
 * `__proto__` or `constructor` is a key like any other (shared/json/parse.ts makes them).
 */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Whether a JSON value is an object (not null, not an array). */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
