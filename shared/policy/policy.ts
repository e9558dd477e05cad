/** A policy as a value: what the parser makes and the access list is compiled from. */
import type { JsonValue } from '../json/value.ts';
import type { CapabilitySet } from './capabilities.ts';
import type { PathPattern } from './pattern.ts';

export interface Policy {
  readonly name: string;
  readonly rules: readonly PolicyRule[];
  /** Allows everything. Only `rootPolicy` has it; no text can say it. */
  readonly root?: true;
}

export interface PolicyRule {
  readonly pattern: PathPattern;
  /** Line of the policy's text where the rule begins. */
  readonly line: number;
  readonly capabilities: CapabilitySet;
  readonly constraints: Constraints;
}

/** Names of parameters (ASCII letters folded) to the values meant; no values mean any value. */
export type ParameterValues = ReadonlyMap<string, readonly JsonValue[]>;

/** What a request must be like besides its path. */
export interface Constraints {
  readonly allowed: ParameterValues;
  readonly denied: ParameterValues;
  readonly required: readonly string[];
  /** The answer must be wrapped for at least, and at most, so long. */
  readonly minWrappingSeconds: number | undefined;
  readonly maxWrappingSeconds: number | undefined;
}

export const noConstraints: Constraints = {
  allowed: new Map(),
  denied: new Map(),
  required: [],
  minWrappingSeconds: undefined,
  maxWrappingSeconds: undefined,
};

/** The policy of root tokens. */
export const rootPolicy: Policy = { name: 'root', rules: [], root: true };
