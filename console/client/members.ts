import { isJsonObject, type JsonObject, type JsonValue } from '../../shared/json/value.ts';

/**
 * Members of an answer, as the kind that is expected. A server may send anything: what is of
 * another kind is treated as absent, and never as something that it is not.
 */

/** An object; an empty one where there is none. */
export function objectIn(object: JsonObject, name: string): JsonObject {
  const value = object[name];
  return isJsonObject(value) ? value : {};
}

/** A text; empty where there is none. */
export function textIn(object: JsonObject, name: string): string {
  const value = object[name];
  return typeof value === 'string' ? value : '';
}

/** A number; 0 where there is none. */
export function numberIn(object: JsonObject, name: string): number {
  const value = object[name];
  return typeof value === 'number' ? value : 0;
}

/** The texts of a list; empty where there is none. */
export function textsIn(object: JsonObject, name: string): readonly string[] {
  const value: JsonValue | undefined = object[name];
  return isList(value) ? value.filter((element) => typeof element === 'string') : [];
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
