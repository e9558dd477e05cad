import type { OperationSpec, RouteMethod, RouteSpec } from '../../shared/api/route.ts';
import type { JsonObject } from '../../shared/json/value.ts';
import type { Answer, Engine, EngineCall } from '../engines/engine.ts';
import type { MountEntry } from '../namespaces/mount-entry.ts';
import type { MaybeSoon } from '../store/at-once.ts';
import type { CoreCall, CoreOutcome } from './core-call.ts';

/** What a request leads to, once a route and an operation of it are found. */
export interface Target {
  readonly mount: MountEntry | undefined;
  readonly route: RouteSpec;
  readonly method: RouteMethod;
  readonly spec: OperationSpec;
  readonly parameters: Readonly<Record<string, string>>;
  /** The path below the mount. */
  readonly below: string;
  readonly runner: Runner;
}

/**
 * An engine's handler runs inside a transaction that the pipeline makes; the core's make theirs.
 */
export type Runner =
  | { readonly kind: 'engine'; readonly engine: Engine; readonly handler: EngineHandler }
  | { readonly kind: 'core'; readonly handler: CoreHandler };

/** Handlers as the pipeline calls them: which fields they take is known to their table alone. */
export type EngineHandler = (call: EngineCall<Parameters, JsonObject>) => MaybeSoon<Answer>;
export type CoreHandler = (call: CoreCall<Parameters, JsonObject>) => Promise<CoreOutcome>;
type Parameters = Readonly<Record<string, string>>;
