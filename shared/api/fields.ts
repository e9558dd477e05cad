/**
 * The fields of a request, by the specs of its operation. Bodies, form bodies and queries all end
 * here, so that every engine sees one name and one type of a field, whatever the client wrote.
 */
import { assert } from '../assert.ts';
import { failure } from '../errors/failure.ts';
import { canonicalJson } from '../json/stringify.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import { foldAscii } from '../path/characters.ts';
import { FIELD_DECODERS, isNotGiven } from './field-values.ts';
import type { FieldSpec, FieldSpecs, FieldsOf, FieldType } from './route.ts';

export interface ParsedFields<Specs> {
  readonly fields: FieldsOf<Specs>;
  /** Names in the input that no spec knows, as the client wrote them: for warnings to it. */
  readonly unknown: readonly string[];
}

/**
 * Finds each field under its name or an alias (in any ASCII letter case, as Go's decoder does) and
 * decodes it. Absent fields are undefined. Throws `request.field-invalid` and
 * `request.field-missing`, which name the field and never its value.
 */
export function parseFields<const Specs extends FieldSpecs | undefined>(
  specs: Specs,
  input: JsonObject,
): ParsedFields<Specs> {
  const { given, unknown } = sortInput(specs ?? {}, input);
  const fields: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries<FieldSpec>(specs ?? {})) {
    const value = given.get(name);
    fields[name] = value === undefined ? undefined : decodeField(name, spec, value);
    if (fields[name] === undefined && spec.required) {
      throw failure('request.field-missing', { field: name });
    }
  }
  return { fields: fields as FieldsOf<Specs>, unknown };
}

/** Types with one canonical form; a duration stays as it was written: policies compare it so. */
const CANONICAL_TYPES: readonly FieldType[] = ['boolean', 'integer', 'strings', 'integers', 'map'];

/**
 * The input under the names of the specs, numbers, booleans and lists in their one form: what
 * policies look at (`allowed_parameters` and others), so that an alias, another letter case, `"05"`
 * for 5 or `"a,root"` for a list is no way around a denied parameter; and without what parseFields
 * takes for not given, so that `null` is no way around a required one. Unknown names and values
 * that are not of the field's type are kept as the client wrote them. Throws
 * `request.field-invalid` for a field given twice.
 */
export function canonicalFields(specs: FieldSpecs | undefined, input: JsonObject): JsonObject {
  const { given, unknown } = sortInput(specs ?? {}, input);
  const fields = { __proto__: null } as unknown as Record<string, JsonValue>;
  for (const name of unknown) fields[name] = input[name] ?? null;
  for (const [name, value] of given) {
    const spec = specs?.[name];
    if (spec !== undefined && isNotGiven(value, spec.type)) continue;
    fields[name] = canonicalValue(spec, value);
  }
  return fields;
}

/** A query as an input: a name given once is a string, a repeated one a list of strings. */
export function queryFields(query: ReadonlyMap<string, readonly string[]>): JsonObject {
  const fields = { __proto__: null } as unknown as Record<string, JsonValue>;
  for (const [name, values] of query) {
    const [first] = values;
    assert(first !== undefined, 'a query parameter has a value');
    fields[name] = values.length === 1 ? first : values;
  }
  return fields;
}

function decodeField(name: string, spec: FieldSpec, value: JsonValue): unknown {
  if (isNotGiven(value, spec.type)) return undefined;
  const { expected, decode } = FIELD_DECODERS[spec.type];
  const decoded = decode(value);
  if (decoded === undefined) throw failure('request.field-invalid', { field: name, expected });
  return decoded;
}

function canonicalValue(spec: FieldSpec | undefined, value: JsonValue): JsonValue {
  if (spec === undefined || !CANONICAL_TYPES.includes(spec.type)) return value;
  return (FIELD_DECODERS[spec.type].decode(value) as JsonValue | undefined) ?? value;
}

interface SortedInput {
  readonly given: ReadonlyMap<string, JsonValue>;
  readonly unknown: readonly string[];
}

const nothingGiven: SortedInput = { given: new Map(), unknown: [] };

function sortInput(specs: FieldSpecs, input: JsonObject): SortedInput {
  // What most reads bring.
  if (Object.keys(input).length === 0) return nothingGiven;
  const names = namesOf(specs);
  const given = new Map<string, JsonValue>();
  const unknown: string[] = [];
  for (const [key, value] of Object.entries(input)) {
    const name = names.get(key) ?? names.get(foldAscii(key));
    if (name === undefined) unknown.push(key);
    else addGiven(given, name, value);
  }
  return { given, unknown };
}

/** Two spellings of one field must agree: which of them counts would be anybody's guess. */
function addGiven(given: Map<string, JsonValue>, name: string, value: JsonValue): void {
  const before = given.get(name);
  if (before !== undefined && canonicalJson(before) !== canonicalJson(value)) {
    throw failure('request.field-invalid', { field: name, expected: 'given once' });
  }
  given.set(name, value);
}

/** Specs are constants: their names and aliases are indexed once. */
const indexes = new WeakMap<FieldSpecs, ReadonlyMap<string, string>>();

function namesOf(specs: FieldSpecs): ReadonlyMap<string, string> {
  const known = indexes.get(specs);
  if (known !== undefined) return known;
  const index = new Map<string, string>();
  for (const [name, spec] of Object.entries(specs)) {
    for (const spelling of [name, ...(spec.aliases ?? [])]) {
      const other = index.get(foldAscii(spelling)) ?? name;
      assert(other === name, `fields ${name} and ${other} share a name`);
      index.set(foldAscii(spelling), name);
      index.set(spelling, name);
    }
  }
  indexes.set(specs, index);
  return index;
}
