import type {
  FieldsOf,
  OperationSpec,
  ParametersOf,
  RouteMethod,
  RouteTable,
} from '../../shared/api/route.ts';
import type { JsonObject } from '../../shared/json/value.ts';
import type { CanonicalPath } from '../../shared/path/canonical.ts';
import type { Acl } from '../../shared/policy/acl.ts';
import type { Answer, Caller } from '../engines/engine.ts';
import type { MountTable } from '../namespaces/mount-table.ts';
import type { Transacted } from '../store/transact.ts';
import type { Attempt } from '../store/view.ts';
import type { LiveToken } from '../tokens/token-directory.ts';
import type { Remote } from './request.ts';

/**
 * Handlers of the core's own routes (`sys/`, `auth/token/`), one for each operation of a table: a
 * missing one does not compile. Unlike an engine's they are not confined to a view; they reach what
 * they need by their group's own arguments, and the store by `call.transact`.
 */
export type CoreHandlers<Table extends RouteTable> = {
  readonly [Name in keyof Table]: {
    readonly [Method in keyof Table[Name]['operations'] & RouteMethod]: CoreHandler<
      Table[Name]['pattern'],
      Table[Name]['operations'][Method]
    >;
  };
};

/** The handlers of some routes of a table: tables are put together from groups. */
export type CoreHandlerGroup<Table extends RouteTable, Names extends keyof Table> = Pick<
  CoreHandlers<Table>,
  Names
>;

type CoreHandler<Pattern extends string, Spec> = (
  call: CoreCall<
    ParametersOf<Pattern>,
    Spec extends OperationSpec ? FieldsOf<Spec['fields']> : never
  >,
) => Promise<CoreOutcome>;

export interface CoreCall<Parameters, Fields> {
  readonly requestId: string;
  readonly method: RouteMethod;
  /** The whole path, mount included. */
  readonly path: CanonicalPath;
  readonly parameters: Parameters;
  readonly fields: Fields;
  readonly body: JsonObject;
  /** Values of the fields marked as secret, as bytes, where the operation has a secret body. */
  readonly secrets: ReadonlyMap<string, Uint8Array>;
  readonly remote: Remote;
  /** The token as the client sent it: only for answers that show it to its holder again. */
  readonly token: string | undefined;
  /** Who asks; undefined on anonymous routes without a (good) token. */
  readonly rights: Rights | undefined;
  /** The mount table at the time of the request; empty while sealed. */
  readonly mounts: MountTable;
  /** Cluster time of the request's look at the store; 0 while sealed. */
  readonly clusterTimeMs: number;
  /** Looks up who asks, on routes that are served without it (unaudited ones). */
  identify(): Promise<Rights | undefined>;
  /** Adds a line to the answer's `warnings`, once. */
  warn(message: string): void;
  /**
   * A transaction that carries the index of the request's audit record, and stands only if the
   * calling token is still good when it is committed.
   */
  transact<Result>(work: (attempt: Attempt) => Promise<Result>): Promise<Transacted<Result>>;
}

/** Who asks, and what they may do. */
export interface Rights {
  readonly token: LiveToken;
  readonly caller: Caller;
  readonly acl: Acl;
  /** Has the capability `sudo` on the request's path. */
  readonly privileged: boolean;
}

/**
 * For `transact`, where the effect lies outside of the store: only the calling token is looked at
 * once more. What was revoked while the request's record was written does nothing.
 */
export async function nothingStored(): Promise<void> {}

export interface CoreOutcome extends Answer {
  /** An answer that is not JSON. */
  readonly raw?: { readonly contentType: string; readonly bytes: Uint8Array };
  /** Revision of the commit, for the audit log. */
  readonly revision?: number;
  /** Takes back what was made for this answer alone, if the answer cannot be given. */
  readonly undo?: () => Promise<void>;
  /** What can only be done once it is certain that nothing is taken back. */
  readonly whenRecorded?: () => Promise<void>;
}
