import type {
  FieldsOf,
  OperationSpec,
  ParametersOf,
  RouteMethod,
  RouteTable,
} from '../../shared/api/route.ts';
import type { JsonObject } from '../../shared/json/value.ts';
import type { MaybeSoon } from '../store/at-once.ts';
import type { View } from '../store/view.ts';

/**
 * A secrets engine: a route table (shared/api/<engine>) and one handler for each of its operations.
 * A missing handler does not compile. Handlers run inside one attempt of a transaction, may run
 * several times, and touch nothing but their view.
 */
export interface Engine<Table extends RouteTable = RouteTable> {
  readonly type: string;
  readonly routes: Table;
  readonly handlers: Handlers<Table>;
  /**
   * Whether the thing a write names is there: decides between the capabilities `create` and
   * `update`. Absent: every write is an `update`.
   */
  exists?(call: ExistenceCall): Promise<boolean>;
}

export type Handlers<Table extends RouteTable> = {
  readonly [Name in keyof Table]: {
    readonly [Method in keyof Table[Name]['operations'] & RouteMethod]: Handler<
      Table[Name]['pattern'],
      Table[Name]['operations'][Method]
    >;
  };
};

type Handler<Pattern extends string, Spec> = (
  call: EngineCall<
    ParametersOf<Pattern>,
    Spec extends OperationSpec ? FieldsOf<Spec['fields']> : never
  >,
) => MaybeSoon<Answer>;

export interface ExistenceCall {
  /** The request's path below the mount. */
  readonly path: string;
  readonly view: View;
  readonly mount: MountFacts;
  readonly caller: Caller;
}

export interface EngineCall<Parameters, Fields> extends ExistenceCall {
  readonly method: RouteMethod;
  readonly parameters: Parameters;
  readonly fields: Fields;
  /** The whole body of a write or patch (empty object when there was none). */
  readonly body: JsonObject;
  /** Cluster time of this attempt: what every timestamp and TTL is made from. */
  readonly clusterTimeMs: number;
  /** Adds a line to the answer's `warnings`. */
  warn(message: string): void;
}

/** What an engine may know of its mount. */
export interface MountFacts {
  /** With trailing slash, as in `secret/`. */
  readonly path: string;
  readonly accessor: string;
  readonly options: Readonly<Record<string, string>>;
  readonly defaultLeaseTtlSeconds: number;
  readonly maxLeaseTtlSeconds: number;
}

/** What an engine may know of who asks. Never the token itself. */
export interface Caller {
  /** The token's storage id (a keyed hash): stable over the token's life, not a secret. */
  readonly tokenId: string;
  readonly accessor: string;
  readonly displayName: string;
  readonly entityId: string;
  readonly policies: readonly string[];
}

/**
 * The outcome of a handler. `data` undefined and no `auth` is 204 (or 200 with warnings). A handler
 * that refuses throws a registered failure; one that answers an odd status with data (a deleted KV
 * version: 404 with metadata) sets `status`.
 */
export interface Answer {
  readonly status?: number;
  readonly data?: JsonObject;
  readonly auth?: JsonObject;
  /** `lease_duration` of the envelope without a lease id (KV v1). */
  readonly leaseSeconds?: number;
  /**
   * An object that stands for `data`: whenever an answer comes with it, `data` says the same. The
   * audit log's keyed hashes of the answer are then made once.
   */
  readonly standIn?: object;
}
