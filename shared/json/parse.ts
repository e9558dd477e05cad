/**
 * Strict JSON for everything that comes from outside. A scan over the bytes refuses what is not
 * RFC 8259 in UTF-8, too deep, too large in count, or would change in silence (repeated keys, big
 * integers, halves of surrogate pairs); then the platform's parser builds, and its objects are
 * copied to ones without a prototype, so that `__proto__` is a key like any other.
 * Errors name a byte offset and never the input (the platform's messages quote it).
 */
import { assert } from '../assert.ts';
import { utf8Decode, utf8PrefixLength } from '../encoding/utf8.ts';
import { failure, type StrongBoxError } from '../errors/failure.ts';
import { platformParse } from './platform-parse.ts';
import { JSON_LIMITS, type JsonKey, type JsonLimits, JsonScanner } from './scan.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './value.ts';

/**
 * The value of a JSON text. Throws `json.invalid`, `json.not-utf8`, `json.duplicate-key`,
 * `json.number-too-large`, `json.too-deep`, `json.too-complex`. Integer-like keys of an object come
 * first and in ascending order, as JavaScript has it; the other keys keep theirs.
 */
export function parseJson(bytes: Uint8Array, limits: JsonLimits = JSON_LIMITS): JsonValue {
  const scanner = new JsonScanner(bytes, limits);
  scanner.scanDocument();
  const copier = new Copier();
  const value = copier.copy(platformParse(decodeStrictly(bytes)));
  // Of a repeated key the platform's parser keeps the last: then fewer keys than were scanned.
  if (copier.members !== scanner.members) throw duplicateKey(bytes, limits);
  return value;
}

/** Copies what JSON.parse made, objects without prototype, and counts their keys. */
class Copier {
  members = 0;

  copy(value: JsonValue): JsonValue {
    if (typeof value !== 'object' || value === null) return value;
    return isJsonObject(value) ? this.#copyObject(value) : this.#copyArray(value);
  }

  #copyArray(array: readonly JsonValue[]): JsonValue {
    const copy: JsonValue[] = [];
    for (const element of array) copy.push(this.copy(element));
    return copy;
  }

  #copyObject(object: JsonObject): JsonValue {
    const copy = { __proto__: null } as unknown as Record<string, JsonValue>;
    for (const key of Object.keys(object)) {
      this.members += 1;
      const value = object[key] ?? null;
      copy[key] = typeof value === 'object' ? this.copy(value) : value;
    }
    return copy;
  }
}

function decodeStrictly(bytes: Uint8Array): string {
  try {
    return utf8Decode(bytes);
  } catch {
    throw failure('json.not-utf8', { offset: utf8PrefixLength(bytes) });
  }
}

/** The failure for the first repeated key; found by a second, slow pass that is paid only here. */
function duplicateKey(bytes: Uint8Array, limits: JsonLimits): StrongBoxError {
  /** The keys of the open objects, by depth. */
  const open = new Map<number, Set<string>>();
  let offset = -1;
  const onKey = (key: JsonKey): void => {
    const keys = key.first ? new Set<string>() : (open.get(key.depth) ?? new Set<string>());
    open.set(key.depth, keys);
    const name: unknown = JSON.parse(utf8Decode(bytes.subarray(key.start - 1, key.end + 1)));
    assert(typeof name === 'string', 'a key is a string');
    if (keys.has(name) && offset < 0) offset = key.start;
    keys.add(name);
  };
  new JsonScanner(bytes, limits, onKey).scanDocument();
  assert(offset >= 0, 'fewer keys were built than scanned, so one is repeated');
  return failure('json.duplicate-key', { offset });
}
