/**
 * Shapes of what an agent sends. A shape takes a JSON value of unknown origin and returns it as the
 * type that is expected, made anew: members that nobody asked for are left behind, and what is of
 * another kind is a problem that names its place, never its content.
 */
import type { JsonObject, JsonValue } from '../../shared/json/value.ts';
import { isJsonObject } from '../../shared/json/value.ts';
import { controlListMax, controlTextCharactersMax } from './control-limits.ts';

/** `place` is where the value stands, as in `snapshot.nodes[2].term`. Throws ShapeProblem. */
export type Shape<Value> = (value: JsonValue | undefined, place: string) => Value;

export class ShapeProblem extends Error {
  constructor(place: string, expected: string) {
    super(`${place} is not ${expected}`);
    this.name = 'ShapeProblem';
  }
}

/** Text of at most `charactersMax` UTF-16 units. */
export function textOf(charactersMax: number): Shape<string> {
  return (value, place) => {
    if (typeof value === 'string' && value.length <= charactersMax) return value;
    throw new ShapeProblem(place, `text of at most ${charactersMax} characters`);
  };
}

export const text: Shape<string> = textOf(controlTextCharactersMax);

/** A whole number from 0 to 2^53 - 1. */
export const count: Shape<number> = (value, place) => {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new ShapeProblem(place, 'a whole number');
};

/** Any finite number. */
export const figure: Shape<number> = (value, place) => {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new ShapeProblem(place, 'a number');
};

export const flag: Shape<boolean> = (value, place) => {
  if (typeof value === 'boolean') return value;
  throw new ShapeProblem(place, 'true or false');
};

/** An object as it is, or null where there is none. */
export const objectOrNull: Shape<JsonObject | null> = (value, place) => {
  if (value === null || value === undefined || isJsonObject(value)) return value ?? null;
  throw new ShapeProblem(place, 'an object');
};

export function oneOf<const Word extends string>(words: readonly Word[]): Shape<Word> {
  return (value, place) => {
    const word = words.find((candidate) => candidate === value);
    if (word !== undefined) return word;
    throw new ShapeProblem(place, `one of ${words.join(', ')}`);
  };
}

/** Undefined where the member is absent or null. */
export function optional<Value>(shape: Shape<Value>): Shape<Value | undefined> {
  return (value, place) =>
    value === undefined || value === null ? undefined : shape(value, place);
}

export function listOf<Value>(
  shape: Shape<Value>,
  elementsMax: number = controlListMax,
): Shape<readonly Value[]> {
  return (value, place) => {
    if (!isList(value)) throw new ShapeProblem(place, 'a list');
    if (value.length > elementsMax) {
      throw new ShapeProblem(place, `a list of at most ${elementsMax} elements`);
    }
    return value.map((element, index) => shape(element, `${place}[${index}]`));
  };
}

/** An object with these members. */
export function record<Members extends object>(
  shapes: {
    readonly [Name in keyof Members]-?: Shape<Members[Name]>;
  },
): Shape<Members> {
  const entries = Object.entries<Shape<unknown>>(shapes);
  return (value, place) => {
    if (!isJsonObject(value)) throw new ShapeProblem(place, 'an object');
    const members = entries.map(([name, shape]) => [name, shape(value[name], `${place}.${name}`)]);
    return Object.fromEntries(members) as Members;
  };
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
