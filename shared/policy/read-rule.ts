/** The attributes of one rule. Every error is reported, not only the first. */
import { assert } from '../assert.ts';
import { StrongBoxError } from '../errors/failure.ts';
import type { JsonValue } from '../json/value.ts';
import { foldAscii } from '../path/characters.ts';
import { parseDurationSeconds } from '../units/duration.ts';
import {
  CAPABILITIES,
  type Capability,
  type CapabilitySet,
  capabilitySet,
  hasCapability,
  isCapability,
} from './capabilities.ts';
import { type DiagnosticList, quoted } from './diagnostics.ts';
import { policyEntriesMax } from './limits.ts';
import {
  type Constraints,
  noConstraints,
  type ParameterValues,
  type PolicyRule,
} from './policy.ts';
import type { ScalarValue, SyntaxEntry, SyntaxValue } from './syntax.ts';

/** The four words of Vault's first policies, under the attribute `policy`. */
const OLD_FORMS: Readonly<Record<string, readonly Capability[]>> = {
  deny: ['deny'],
  read: ['read', 'list'],
  write: ['create', 'read', 'update', 'delete', 'list'],
  sudo: ['create', 'read', 'update', 'delete', 'list', 'sudo'],
};

const CONSTRAINTS = [
  'allowed_parameters',
  'denied_parameters',
  'required_parameters',
  'min_wrapping_ttl',
  'max_wrapping_ttl',
] as const;

const ATTRIBUTES = ['capabilities', 'policy', ...CONSTRAINTS, 'comment'] as const;

type Attribute = (typeof ATTRIBUTES)[number];
type Attributes = Partial<Record<Attribute, SyntaxValue>>;

/** The rule without its path, or undefined if it has an error. */
export function readRule(
  value: SyntaxValue,
  diagnostics: DiagnosticList,
): Pick<PolicyRule, 'capabilities' | 'constraints'> | undefined {
  if (value.kind !== 'object') {
    diagnostics.error(value, 'a rule is a block: { capabilities = [ … ] }');
    return undefined;
  }
  const reader = new RuleReader(diagnostics);
  const attributes = reader.attributes(value.entries);
  reader.checkComment(attributes);
  const capabilities = reader.capabilities(attributes);
  const constraints = reader.constraints(attributes);
  if (capabilities === 0 && !diagnostics.hasErrors) {
    diagnostics.warn(value, 'the rule grants nothing, and hides less specific rules for its path');
  }
  return { capabilities, constraints };
}

class RuleReader {
  readonly #diagnostics: DiagnosticList;

  constructor(diagnostics: DiagnosticList) {
    this.#diagnostics = diagnostics;
  }

  attributes(entries: readonly SyntaxEntry[]): Attributes {
    const attributes: Attributes = {};
    for (const { keys, value } of entries) {
      const [key, extra] = keys;
      const attribute = ATTRIBUTES.find((name) => name === key.text);
      if (attribute === undefined) {
        this.#diagnostics.unknown(key, 'attribute', key.text, ATTRIBUTES);
      } else if (extra !== undefined) this.#diagnostics.error(extra, 'an attribute has one name');
      else if (attributes[attribute] !== undefined) {
        this.#diagnostics.error(key, `"${attribute}" is given twice`);
      } else attributes[attribute] = value;
    }
    return attributes;
  }

  checkComment({ comment }: Attributes): void {
    if (comment !== undefined) this.#string(comment, '"comment" must be a string');
  }

  capabilities({ capabilities, policy }: Attributes): CapabilitySet {
    if (policy !== undefined) {
      if (capabilities !== undefined) {
        this.#diagnostics.error(
          policy,
          '"policy" is the older form of "capabilities": give one of them',
        );
      }
      return capabilitySet(this.#oldForm(policy));
    }
    if (capabilities === undefined) return 0;
    const words = this.#list(capabilities, '"capabilities" must be a list of strings');
    const known = words.map((word) => this.#capability(word)).filter((word) => word !== undefined);
    const set = capabilitySet(known);
    if (hasCapability(set, 'deny') && known.length > 1) {
      this.#diagnostics.warn(capabilities, '"deny" leaves nothing of the other capabilities');
    }
    return set;
  }

  constraints(attributes: Attributes): Constraints {
    if (CONSTRAINTS.every((name) => attributes[name] === undefined)) return noConstraints;
    const { min_wrapping_ttl: shortest, max_wrapping_ttl: longest } = attributes;
    const minWrappingSeconds = this.#duration(shortest);
    const maxWrappingSeconds = this.#duration(longest);
    if ((minWrappingSeconds ?? 0) > (maxWrappingSeconds ?? Number.POSITIVE_INFINITY)) {
      assert(longest !== undefined, 'only a given maximum is below something');
      this.#diagnostics.error(longest, '"max_wrapping_ttl" is shorter than "min_wrapping_ttl"');
    }
    return {
      allowed: this.#parameters(attributes.allowed_parameters, 'allowed_parameters'),
      denied: this.#parameters(attributes.denied_parameters, 'denied_parameters'),
      required: this.#requiredParameters(attributes.required_parameters),
      minWrappingSeconds,
      maxWrappingSeconds,
    };
  }

  #oldForm(value: SyntaxValue): readonly Capability[] {
    const word = this.#string(value, '"policy" must be "read", "write", "sudo" or "deny"') ?? '';
    const capabilities = Object.hasOwn(OLD_FORMS, word) ? OLD_FORMS[word] : undefined;
    if (capabilities !== undefined) return capabilities;
    if (word !== '') this.#diagnostics.error(value, `unknown old form${quoted(word)}`);
    return [];
  }

  #capability(value: SyntaxValue): Capability | undefined {
    const word = this.#string(value, 'a capability is a string');
    if (word === undefined || isCapability(word)) return word;
    this.#diagnostics.unknown(value, 'capability', word, CAPABILITIES);
    return undefined;
  }

  #parameters(value: SyntaxValue | undefined, attribute: string): ParameterValues {
    const parameters = new Map<string, readonly JsonValue[]>();
    if (value === undefined) return parameters;
    // HCL writes a map as a block or after "="; a list of maps is how HCL's JSON form has it.
    const objects = value.kind === 'list' ? value.items : [value];
    for (const object of objects) {
      if (object.kind !== 'object') {
        this.#diagnostics.error(object, `"${attribute}" must be a map of names to lists of values`);
        continue;
      }
      for (const entry of object.entries) this.#parameter(entry, parameters);
    }
    if (parameters.size > policyEntriesMax) {
      this.#diagnostics.error(value, `the map has more than ${policyEntriesMax} entries`);
    }
    return parameters;
  }

  #parameter({ keys, value }: SyntaxEntry, parameters: Map<string, readonly JsonValue[]>): void {
    const [key, extra] = keys;
    const name = foldAscii(key.text);
    if (extra !== undefined) this.#diagnostics.error(extra, 'a parameter has one name');
    if (parameters.has(name)) this.#diagnostics.error(key, 'the parameter is given twice');
    const items = this.#list(value, 'the values of a parameter stand in a list');
    parameters.set(
      name,
      items.map((item) => this.#json(item)),
    );
  }

  #json(value: SyntaxValue): JsonValue {
    if (value.kind === 'scalar') return value.value;
    if (value.kind === 'list') return value.items.map((item) => this.#json(item));
    const object = { __proto__: null } as unknown as Record<string, JsonValue>;
    for (const { keys, value: inner } of value.entries) {
      const [key, extra] = keys;
      if (extra !== undefined) this.#diagnostics.error(extra, 'a name in a value is one string');
      if (key.text in object) this.#diagnostics.error(key, 'the name is given twice');
      object[key.text] = this.#json(inner);
    }
    return object;
  }

  #requiredParameters(value: SyntaxValue | undefined): readonly string[] {
    if (value === undefined) return [];
    const items = this.#list(value, '"required_parameters" must be a list of strings');
    const names = items.map((item) => this.#string(item, 'the name of a parameter is a string'));
    return names.filter((name) => name !== undefined).map(foldAscii);
  }

  #duration(value: SyntaxValue | undefined): number | undefined {
    if (value === undefined) return undefined;
    const given = value.kind === 'scalar' ? value.value : null;
    try {
      if (typeof given === 'string' || typeof given === 'number') {
        const seconds = parseDurationSeconds(given);
        return seconds === 0 ? undefined : seconds;
      }
    } catch (error) {
      if (!(error instanceof StrongBoxError)) throw error;
    }
    this.#diagnostics.error(value, 'a wrapping TTL is a duration, as 90, "15m" or "1h"');
    return undefined;
  }

  #list(value: SyntaxValue, problem: string): readonly SyntaxValue[] {
    if (value.kind === 'list' && value.items.length <= policyEntriesMax) return value.items;
    const tooLong = `the list has more than ${policyEntriesMax} entries`;
    this.#diagnostics.error(value, value.kind === 'list' ? tooLong : problem);
    return [];
  }

  #string(value: SyntaxValue, problem: string): string | undefined {
    if (isString(value)) return value.value;
    this.#diagnostics.error(value, problem);
    return undefined;
  }
}

function isString(value: SyntaxValue): value is ScalarValue & { readonly value: string } {
  return value.kind === 'scalar' && typeof value.value === 'string';
}
