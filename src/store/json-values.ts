/**
 * Values that are JSON text. What is stored was written by us and is trusted, so the platform's
 * parser does; but stored objects may have keys that users named. Every object that is read back is
 * therefore without a prototype: `__proto__` and `constructor` are keys like any other, an absent
 * key reads as undefined, and an assignment creates it.
 */
import { utf8Decode, utf8Encode } from '../../shared/encoding/utf8.ts';
import { platformParse } from '../../shared/json/platform-parse.ts';
import type { JsonValue } from '../../shared/json/value.ts';
import type { StoredValue, View } from './view.ts';

/** A JSON value read through a view. */
export interface StoredJson<Value> {
  readonly value: Value;
  readonly modRevision: number;
  readonly version: number;
}

/**
 * Accepts what JSON keeps, written as an interface or not; `never` for what it loses. A field that
 * is undefined is left out.
 */
export type JsonOf<Value> = Value extends JsonValue | undefined
  ? Value
  : Value extends ArrayBufferView | ReadonlyMap<never, never> | ReadonlySet<never> | Callable
    ? never
    : { readonly [Key in keyof Value]: JsonOf<Value[Key]> };

type Callable = (...parameters: never[]) => unknown;

/** Reads the JSON value of a key, if there is one. The type is the writer's promise. */
export async function readJson<Value>(
  view: View,
  key: string,
): Promise<StoredJson<Value> | undefined> {
  const stored = await view.get(key);
  return stored && storedJson<Value>(stored);
}

/** The JSON value of what a view has read (`getMany`, `range`). */
export function storedJson<Value>(stored: StoredValue): StoredJson<Value> {
  const { modRevision, version } = stored;
  return { value: decodeJson<Value>(stored.value), modRevision, version };
}

/** Writes a JSON value. */
export function writeJson<Value>(view: View, key: string, value: Value & JsonOf<Value>): void {
  view.put(key, encodeJson<Value>(value));
}

/** UTF-8 JSON text of a value. */
export function encodeJson<Value>(value: Value & JsonOf<Value>): Uint8Array<ArrayBuffer> {
  return utf8Encode(JSON.stringify(value));
}

/** The value of UTF-8 JSON text that we wrote, its objects without prototypes. */
export function decodeJson<Value>(text: Uint8Array): Value {
  return withoutPrototypes(platformParse(utf8Decode(text))) as Value;
}

function withoutPrototypes(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutPrototypes);
  const object: Record<string, unknown> = Object.create(null);
  for (const [key, field] of Object.entries(value)) object[key] = withoutPrototypes(field);
  return object;
}
