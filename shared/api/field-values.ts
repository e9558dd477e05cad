/**
 * One field's value, from what clients really send: JSON of the right type, or the text that a
 * query or an older client has in its place (Go's forms: `strconv.ParseBool`, comma-separated
 * lists, Vault's durations). What is neither is refused; nothing is rounded, cut or guessed.
 *
 * A decoder returns undefined for a value of the wrong form. `null`, and the empty text where a
 * number, a boolean or a duration should stand, mean "not given": clients send both for options
 * that nobody set.
 */
import { isJsonObject, type JsonValue } from '../json/value.ts';
import { durationSecondsOf } from '../units/duration.ts';
import type { FieldType } from './route.ts';

interface Decoder {
  /** How the error ends: `field "ttl" must be …`. */
  readonly expected: string;
  readonly decode: (value: JsonValue) => unknown;
}

const TRUE_TEXTS: readonly JsonValue[] = ['1', 't', 'T', 'TRUE', 'true', 'True', 1];
const FALSE_TEXTS: readonly JsonValue[] = ['0', 'f', 'F', 'FALSE', 'false', 'False', 0];

export const FIELD_DECODERS: { readonly [Type in FieldType]: Decoder } = {
  string: {
    expected: 'a string',
    decode: (value) => (typeof value === 'string' ? value : undefined),
  },
  boolean: { expected: 'true or false', decode: booleanOf },
  integer: { expected: 'a whole number', decode: integerOf },
  duration: { expected: 'a duration, as 90, 15m or 768h', decode: durationSecondsOf },
  strings: { expected: 'a list of strings', decode: stringsOf },
  integers: { expected: 'a list of whole numbers that are not negative', decode: integersOf },
  map: { expected: 'an object with string values', decode: mapOf },
  object: { expected: 'an object', decode: (value) => (isJsonObject(value) ? value : undefined) },
  any: { expected: 'given', decode: (value) => value },
};

/** Whether the value says that the field was not given. */
export function isNotGiven(value: JsonValue, type: FieldType): boolean {
  if (type === 'any') return false;
  if (value === null) return true;
  return value === '' && (type === 'integer' || type === 'boolean' || type === 'duration');
}

function booleanOf(value: JsonValue): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (TRUE_TEXTS.includes(value)) return true;
  return FALSE_TEXTS.includes(value) ? false : undefined;
}

function integerOf(value: JsonValue): number | undefined {
  const isDigits = typeof value === 'string' && /^-?\d{1,16}$/.test(value);
  const number = isDigits ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}

function stringsOf(value: JsonValue): readonly string[] | undefined {
  if (typeof value === 'string') return splitAtCommas(value);
  if (!isList(value)) return undefined;
  const strings = value.filter((element) => typeof element === 'string');
  return strings.length === value.length ? strings : undefined;
}

function integersOf(value: JsonValue): readonly number[] | undefined {
  const elements = typeof value === 'string' ? splitAtCommas(value) : listOf(value);
  if (elements === undefined) return undefined;
  const integers = elements
    .map(integerOf)
    .filter((integer) => integer !== undefined && integer >= 0);
  return integers.length === elements.length ? (integers as number[]) : undefined;
}

/** An object, or the `name=value` texts (one, or a list) that Vault's command line sends. */
function mapOf(value: JsonValue): Readonly<Record<string, string>> | undefined {
  const entries = isJsonObject(value) ? Object.entries(value) : pairsOf(value);
  if (entries === undefined) return undefined;
  const map = { __proto__: null } as unknown as Record<string, string>;
  for (const [name, element] of entries) {
    const text = scalarText(element);
    if (text === undefined) return undefined;
    map[name] = text;
  }
  return map;
}

function pairsOf(value: JsonValue): [string, JsonValue][] | undefined {
  const texts = stringsOf(value);
  const pairs = texts?.map((text): [string, JsonValue] => {
    const equals = text.indexOf('=');
    // A text without a name is no pair: null is refused as a map's value.
    return equals < 1 ? ['', null] : [text.slice(0, equals), text.slice(equals + 1)];
  });
  return pairs;
}

function scalarText(value: JsonValue): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** Without the white space around the pieces, and without empty pieces. */
function splitAtCommas(text: string): string[] {
  return text
    .split(',')
    .map(withoutOuterBlanks)
    .filter((piece) => piece !== '');
}

/** By counting: a pattern such as `[ \t]+$` starts anew at each blank of a megabyte of them. */
function withoutOuterBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (isBlank(text[start])) start += 1;
  while (end > start && isBlank(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

function listOf(value: JsonValue): readonly JsonValue[] | undefined {
  return isList(value) ? value : undefined;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
