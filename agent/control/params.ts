/**
 * Reads the parameters of one call, strictly: every name is known, every value of its kind and
 * within its limit. A refusal names the parameter and never quotes it.
 */
import { failure } from '../../shared/errors/failure.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../shared/json/value.ts';
import { queryParametersMax } from '../http/limits.ts';
import { encodedCharactersMax, queryValueCharactersMax } from './limits.ts';

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
/** Control, format, private and unassigned characters: what only a terminal would obey. */
const UNSHOWN = /\p{C}/u;

export class Params {
  readonly #values: JsonObject;
  readonly #prefix: string;

  /** `prefix` stands before the names in refusals, as `box.` */
  constructor(values: JsonObject, prefix = '') {
    this.#values = values;
    this.#prefix = prefix;
  }

  /** Throws `control.params-unknown` for a name that is none of these. */
  only(method: string, ...names: readonly string[]): this {
    if (Object.keys(this.#values).every((name) => names.includes(name))) return this;
    throw failure('control.params-unknown', { method, names: names.join(', ') || 'none' });
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  text(name: string, charactersMax: number): string {
    const value = this.#values[name];
    if (typeof value === 'string' && value.length <= charactersMax) return value;
    throw this.#invalid(name, `text of at most ${charactersMax} characters`);
  }

  /** Text for others to see. */
  shown(name: string, charactersMax: number): string {
    const value = this.text(name, charactersMax);
    if (!UNSHOWN.test(value)) return value;
    throw this.#invalid(name, 'text of printable characters');
  }

  base64(name: string): string {
    const value = this.text(name, encodedCharactersMax);
    if (value.length > 0 && BASE64.test(value)) return value;
    throw this.#invalid(name, 'base64');
  }

  integer(name: string, min: number, max: number): number {
    const value = this.#values[name];
    const whole = typeof value === 'number' && Number.isSafeInteger(value);
    if (whole && value >= min && value <= max) return value;
    throw this.#invalid(name, `an integer from ${min} to ${max}`);
  }

  oneOf<const Choice extends string>(name: string, choices: readonly Choice[]): Choice {
    const found = choices.find((choice) => choice === this.#values[name]);
    if (found !== undefined) return found;
    throw this.#invalid(name, `one of ${choices.join(', ')}`);
  }

  /** The parameters inside of a parameter. */
  inside(name: string): Params {
    return new Params(this.#object(name), `${this.#prefix}${name}.`);
  }

  /** Names to texts, as in a query string. */
  texts(name: string): ReadonlyMap<string, readonly string[]> {
    const entries = Object.entries(this.has(name) ? this.#object(name) : {});
    if (entries.length <= queryParametersMax && entries.every(([, value]) => isShortText(value))) {
      return new Map(entries.map(([key, value]) => [key, [value as string]]));
    }
    throw this.#invalid(name, `an object of at most ${queryParametersMax} texts`);
  }

  /** A parameter whose content was taken out before: nothing may be left in it. */
  emptied(name: string): void {
    if (!this.has(name) || Object.keys(this.#object(name)).length === 0) return;
    throw this.#invalid(name, `an object under the plain name "${name}"`);
  }

  #object(name: string): JsonObject {
    const value = this.#values[name];
    if (isJsonObject(value)) return value;
    throw this.#invalid(name, 'an object');
  }

  #invalid(name: string, expected: string): Error {
    return failure('control.params-invalid', { name: `${this.#prefix}${name}`, expected });
  }
}

function isShortText(value: JsonValue): boolean {
  return typeof value === 'string' && value.length <= queryValueCharactersMax;
}
