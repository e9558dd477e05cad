/**
 * What a request must be like besides its path: parameters and wrapping (Vault's documentation,
 * "Policies", "Fine-grained control"). Parameters are looked at for create, read, update and patch.
 *
 * A field that has several names is what a policy says of any of them: requests come here under the
 * first one, and a policy that denies the name of an older client denies the field.
 *
 * Names are compared with their ASCII letters folded, and so are denied values: engines fold names
 * of policies and roles themselves, and `ADMIN` must not slip past a denied `admin`. A number or
 * boolean equals its text, because clients send either for the same field; `*` at the ends of a
 * text value stands for any text.
 */
import { canonicalJson } from '../json/stringify.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import { foldAscii } from '../path/characters.ts';
import type { OperationCapability } from './capabilities.ts';
import type { Constraints, ParameterValues } from './policy.ts';

/** Fields of an operation (shared/api), as far as their names go. */
export type NamedFields = Readonly<Record<string, { readonly aliases?: readonly string[] }>>;

export interface ConstrainedRequest {
  readonly capability: OperationCapability;
  readonly parameters?: JsonObject | undefined;
  readonly fields?: NamedFields | undefined;
  /** Seconds for which the answer will be wrapped; undefined if it will not be. */
  readonly wrapTtlSeconds?: number | undefined;
}

/** Why a constraint refuses; the second part is the parameter's name, as the policy has it. */
export type ConstraintFailure =
  | { readonly code: 'wrapping-required' | 'wrapping-too-short' | 'wrapping-too-long' }
  | {
      readonly code: 'parameter-missing' | 'parameter-denied' | 'parameter-not-allowed';
      readonly parameter: string;
    };

const ANY = '*';
const WITH_PARAMETERS: readonly OperationCapability[] = ['create', 'read', 'update', 'patch'];

/** The first constraint that the request breaks, or undefined. */
export function brokenConstraint(
  constraints: Constraints,
  request: ConstrainedRequest,
): ConstraintFailure | undefined {
  const wrapping = brokenWrapping(constraints, request.wrapTtlSeconds);
  if (wrapping !== undefined || !WITH_PARAMETERS.includes(request.capability)) return wrapping;
  const { allowed, denied, required } = constraints;
  if (allowed.size === 0 && denied.size === 0 && required.length === 0) return undefined;
  const parameters = Object.entries(request.parameters ?? {}).map(
    ([name, value]): Parameter => ({ names: namesOf(name, request.fields), value }),
  );
  const missing = required.find((name) => parameters.every(({ names }) => !names.includes(name)));
  if (missing !== undefined) return { code: 'parameter-missing', parameter: missing };
  return brokenParameter(allowed, denied, parameters);
}

/** Joins what two rules for one path demand, as Vault does: lists add up, the shorter TTL wins. */
export function joinConstraints(left: Constraints, right: Constraints): Constraints {
  return {
    allowed: joinValues(left.allowed, right.allowed),
    denied: joinValues(left.denied, right.denied),
    required: [...new Set([...left.required, ...right.required])],
    minWrappingSeconds: shorter(left.minWrappingSeconds, right.minWrappingSeconds),
    maxWrappingSeconds: shorter(left.maxWrappingSeconds, right.maxWrappingSeconds),
  };
}

function brokenWrapping(
  { minWrappingSeconds, maxWrappingSeconds }: Constraints,
  wrapTtlSeconds: number | undefined,
): ConstraintFailure | undefined {
  if (minWrappingSeconds === undefined && maxWrappingSeconds === undefined) return undefined;
  if (wrapTtlSeconds === undefined || wrapTtlSeconds <= 0) return { code: 'wrapping-required' };
  if (wrapTtlSeconds < (minWrappingSeconds ?? 0)) return { code: 'wrapping-too-short' };
  const tooLong = wrapTtlSeconds > (maxWrappingSeconds ?? Number.POSITIVE_INFINITY);
  return tooLong ? { code: 'wrapping-too-long' } : undefined;
}

/** A parameter of the request under all its names, letters folded. */
interface Parameter {
  readonly names: readonly string[];
  readonly value: JsonValue;
}

function namesOf(name: string, fields: NamedFields = {}): readonly string[] {
  const aliases = Object.hasOwn(fields, name) ? fields[name]?.aliases : undefined;
  return aliases === undefined ? [foldAscii(name)] : [name, ...aliases].map(foldAscii);
}

function brokenParameter(
  allowed: ParameterValues,
  denied: ParameterValues,
  parameters: readonly Parameter[],
): ConstraintFailure | undefined {
  for (const { names, value } of parameters) {
    const refusing = names.find((name) => isDenied(value, denied.get(name)));
    if (refusing !== undefined || denied.has(ANY)) {
      return { code: 'parameter-denied', parameter: refusing ?? ANY };
    }
    const named = names.find((name) => allowed.has(name));
    const wanted = allowed.get(named ?? ANY);
    if (allowed.size > 0 && (wanted === undefined || !isAllowed(value, wanted))) {
      return {
        code: 'parameter-not-allowed',
        parameter: wanted === undefined ? ANY : (names[0] ?? ANY),
      };
    }
  }
  return undefined;
}

/** All elements of a list must be allowed, or the list as a whole. */
function isAllowed(value: JsonValue, values: readonly JsonValue[]): boolean {
  if (values.length === 0 || matchesAny(value, values)) return true;
  return isList(value) && value.length > 0 && value.every((element) => matchesAny(element, values));
}

/** One denied element denies the list. */
function isDenied(value: JsonValue, values: readonly JsonValue[] | undefined): boolean {
  if (values === undefined) return false;
  if (values.length === 0) return true;
  const folded = values.map(foldText);
  if (matchesAny(foldText(value), folded)) return true;
  return isList(value) && value.some((element) => matchesAny(foldText(element), folded));
}

function foldText(value: JsonValue): JsonValue {
  return typeof value === 'string' ? foldAscii(value) : value;
}

function matchesAny(value: JsonValue, values: readonly JsonValue[]): boolean {
  return values.some((wanted) => matches(value, wanted));
}

function matches(value: JsonValue, wanted: JsonValue): boolean {
  const text = scalarText(value);
  const wantedText = scalarText(wanted);
  if (text === undefined || wantedText === undefined) {
    return text === wantedText && canonicalJson(value) === canonicalJson(wanted);
  }
  return typeof wanted === 'string' ? matchesGlob(text, wanted) : text === wantedText;
}

function matchesGlob(text: string, glob: string): boolean {
  const starts = glob.startsWith(ANY);
  const ends = glob.endsWith(ANY);
  if (glob === ANY) return true;
  const inner = glob.slice(starts ? 1 : 0, ends ? -1 : undefined);
  if (starts && ends) return text.includes(inner);
  if (starts) return text.endsWith(inner);
  return ends ? text.startsWith(inner) : text === glob;
}

function scalarText(value: JsonValue): string | undefined {
  return value === null || typeof value === 'object' ? undefined : String(value);
}

/** A parameter that one of both leaves free is free. */
function joinValues(left: ParameterValues, right: ParameterValues): ParameterValues {
  const joined = new Map(left);
  for (const [name, values] of right) {
    const others = left.get(name);
    const free = values.length === 0 || others?.length === 0;
    joined.set(name, free ? [] : [...(others ?? []), ...values]);
  }
  return joined;
}

function shorter(left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return Math.min(left, right);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
