import type { JsonObject, JsonValue } from '../json/value.ts';

/**
 * Routes are data: the agent matches and dispatches by them, the documentation and the command line
 * are made from them. One table an engine (`shared/api/<engine>.ts`), patterns relative to the
 * mount.
 *
 * Pattern: segments joined by `/`; `:name` captures one segment, `*name` (last) captures the rest,
 * `*name?` also an empty rest. A trailing `/` of a request is not part of the match.
 */
export interface RouteSpec {
  readonly pattern: string;
  readonly summary: string;
  readonly operations: { readonly [Method in RouteMethod]?: OperationSpec };
}

/** What a client asked for on the wire. PUT and POST are both `write`. */
export type RouteMethod = 'read' | 'write' | 'patch' | 'delete' | 'list' | 'scan';

export interface OperationSpec {
  /** Changes something: audited before the effect and before the answer. */
  readonly effect: boolean;
  /** Body fields of writes and patches, query fields of the others. Unknown ones give a warning. */
  readonly fields?: FieldSpecs;
  /**
   * The body is arbitrary data of the user (KV v1, cubbyhole): no warnings about unknown fields.
   */
  readonly openBody?: true;
  /** Served without a token. Default: a token is needed. */
  readonly anonymous?: true;
  /** Needs the `sudo` capability besides the operation's own. */
  readonly sudo?: true;
  /** Served while sealed, too. */
  readonly whenSealed?: true;
  /** Not audited (only health, seal-status, leader, GET sys/init, metrics). */
  readonly unaudited?: true;
  /** Still recorded when a device can write, but served when none can (unseal, step-down). */
  readonly servedWithoutAudit?: true;
  /**
   * Ends an emergency or an overload: taken on whatever else is asked, on every surface, and
   * counted nowhere. Whoever does it in vain waits for the next time (agent/http/admission).
   */
  readonly urgent?: true;
  /** The body holds key material: it is zeroed after use and never audited, not even as hashes. */
  readonly secretBody?: true;
  /**
   * Shape of the answer: Vault's envelope (default), a bare object, or envelope with data on top.
   */
  readonly shape?: 'envelope' | 'bare' | 'injected';
}

export type RouteTable = Readonly<Record<string, RouteSpec>>;

export type FieldType =
  | 'string'
  | 'boolean'
  | 'integer'
  /** Seconds; from an integer, or a string such as `90`, `15m`, `768h`, `30d`. */
  | 'duration'
  /** List of strings; from an array, or a comma-separated string. */
  | 'strings'
  /** List of non-negative integers; from an array of integers or of digit strings. */
  | 'integers'
  /** Object with string values. */
  | 'map'
  | 'object'
  | 'any';

export interface FieldSpec {
  readonly type: FieldType;
  readonly required?: true;
  readonly description: string;
  /** Other names that clients use for it. */
  readonly aliases?: readonly string[];
  /** Hidden from the audit log even as a hash. */
  readonly secret?: true;
}

export type FieldSpecs = Readonly<Record<string, FieldSpec>>;

interface FieldTypes {
  string: string;
  boolean: boolean;
  integer: number;
  duration: number;
  strings: readonly string[];
  integers: readonly number[];
  map: Readonly<Record<string, string>>;
  object: JsonObject;
  any: JsonValue;
}

/** The parsed fields of an operation: required ones always there, the others perhaps undefined. */
export type FieldsOf<Specs> = Specs extends FieldSpecs
  ? {
      readonly [Name in keyof Specs]: Specs[Name] extends { readonly required: true }
        ? FieldTypes[Specs[Name]['type']]
        : FieldTypes[Specs[Name]['type']] | undefined;
    }
  : Readonly<Record<string, never>>;

/** The names that a pattern captures, as an object of strings. */
export type ParametersOf<Pattern extends string> = { readonly [Name in Captured<Pattern>]: string };

type Captured<Pattern extends string> = Pattern extends `${infer Head}/${infer Rest}`
  ? Captured<Head> | Captured<Rest>
  : Pattern extends `:${infer Name}`
    ? Name
    : Pattern extends `*${infer Name}?`
      ? Name
      : Pattern extends `*${infer Name}`
        ? Name
        : never;
