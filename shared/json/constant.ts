/**
 * JSON objects that recur: made once, frozen, and handed out again and again. Whoever turns JSON
 * into something else (text, keyed hashes) may do so once for each of them and remember it by the
 * object, because it can never say anything else.
 */
import type { JsonObject, JsonValue } from './value.ts';

const constants = new WeakSet<object>();

/** Freezes an object with everything in it, and marks it as one that recurs. Returns it. */
export function constantJson<Value extends object>(value: Value): Value {
  freeze(value as JsonObject);
  constants.add(value);
  return value;
}

/** Whether an object was made by `constantJson`. What lies inside of one is not said to be one. */
export function isConstantJson(value: object): boolean {
  return constants.has(value);
}

function freeze(value: JsonValue | undefined): void {
  if (typeof value !== 'object' || value === null) return;
  for (const member of Object.values<JsonValue>(value as JsonObject)) freeze(member);
  Object.freeze(value);
}
