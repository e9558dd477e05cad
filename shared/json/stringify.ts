/** JSON out: the same limits as on the way in, so that no value can overflow a writer's stack. */
import { assert } from '../assert.ts';
import { failure } from '../errors/failure.ts';
import { jsonDepthMax } from '../limits.ts';
import { isJsonObject, type JsonValue } from './value.ts';

/**
 * An answer may hold a parsed body a few levels down (envelope, `data`, `data`); `JSON.stringify`
 * itself fails only beyond some thousands.
 */
const depthMax = jsonDepthMax + 8;

/**
 * Compact JSON, keys in their order. Throws `json.too-deep`; numbers that are not finite and
 * undefined members are programmer errors.
 */
export function stringifyJson(value: JsonValue): string {
  checkValue(value, 0);
  return JSON.stringify(value);
}

/**
 * Canonical JSON after RFC 8785: no white space, keys in the order of their UTF-16 code units (V8
 * would put integer-like keys first), numbers as ECMAScript prints them. Throws as stringifyJson.
 */
export function canonicalJson(value: JsonValue): string {
  checkValue(value, 0);
  return canonicalText(value);
}

function canonicalText(value: JsonValue): string {
  if (isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .toSorted(byCodeUnit)
    .map((key) => `${JSON.stringify(key)}:${canonicalText(value[key] ?? null)}`);
  return `{${members.join(',')}}`;
}

function checkValue(value: JsonValue | undefined, depth: number): void {
  if (depth > depthMax) throw failure('json.too-deep', { depthMax });
  if (typeof value === 'object' && value !== null) {
    if (isArray(value)) for (const element of value) checkValue(element, depth + 1);
    else for (const key of Object.keys(value)) checkValue(value[key], depth + 1);
    return;
  }
  assert(value !== undefined, 'a JSON value has no undefined members');
  assert(typeof value !== 'number' || Number.isFinite(value), 'a JSON number is finite');
}

function byCodeUnit(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
