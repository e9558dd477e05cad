/**
 * What a record of the audit log says, before the trail puts it in the chain. The fields follow
 * Vault's audit records (one JSON line each, `type`, `time`, `request`, `auth`, `response`), so
 * that existing parsers keep working; what Vault does not have is named here.
 *
 * Rules that every producer keeps:
 * - `type` comes first and `time` second: people read these lines with `less`.
 * - No secret in clear. Every string of a body or an answer, every token and every accessor is a
 *   `KeyedHash`; integers, booleans and the keys of maps stay. While the agent is sealed there is
 *   no key for the hashes, and the field is left out.
 * - `index`, `prev` and `mac` belong to the trail.
 * - A field that is undefined is one that is not there.
 */
import type { RouteMethod } from '../api/route.ts';
import type { JsonValue } from '../json/value.ts';

/** HMAC-SHA-256, in lower-case hex, under the key that lies inside the barrier. */
export type KeyedHash = `hmac-sha256:${string}`;

/**
 * - `request`: what is about to be done; durable before the effect.
 * - `response`: how it ended; durable before the answer.
 * - `single`: request and response in one, of an operation without effect.
 * - `refusal`: a request that was refused before any effect, with its reason, in one record.
 * - `event`: something that happened to the agent, not asked for through a mount.
 * - `duty`: what the agent did by itself (expiry, retention, rotation).
 */
export type AuditEntry =
  | RequestEntry
  | ResponseEntry
  | SingleEntry
  | RefusalEntry
  | EventEntry
  | DutyEntry;

export type RequestEntry = {
  readonly type: 'request';
  readonly time: string;
  /** The request id: the same in request and response record, envelope and server log. */
  readonly id: string;
  /**
   * Whether the operation changes something. A request record without a response record and with
   * `effect` says: it may have happened, and nobody was told so.
   */
  readonly effect: boolean;
  readonly request: AuditedRequest;
  readonly auth?: AuditedAuth | undefined;
};

export type ResponseEntry = {
  readonly type: 'response';
  readonly time: string;
  readonly id: string;
  readonly effect: boolean;
  readonly request: AuditedRequest;
  readonly auth?: AuditedAuth | undefined;
  readonly response?: AuditedResponse | undefined;
  readonly error?: AuditedError | undefined;
  /** Store revision of the commit, when there was one: joins the log with the store. */
  readonly revision?: number | undefined;
};

export type SingleEntry = {
  readonly type: 'single';
  readonly time: string;
  readonly id: string;
  readonly effect: false;
  readonly request: AuditedRequest;
  readonly auth?: AuditedAuth | undefined;
  readonly response?: AuditedResponse | undefined;
  readonly error?: AuditedError | undefined;
};

export type RefusalEntry = {
  readonly type: 'refusal';
  readonly time: string;
  readonly id: string;
  readonly request: AuditedRequest;
  readonly auth?: AuditedAuth | undefined;
  readonly error: AuditedError;
};

export type EventEntry = {
  readonly type: 'event';
  readonly time: string;
  readonly event: AuditEventName;
  /** Request id, when a request was the occasion (init, a rotation). */
  readonly id?: string;
  /** Facts of the event in clear: counts, names, reasons. Never a share, key or token. */
  readonly details?: { readonly [name: string]: JsonValue };
};

export type AuditEventName =
  | 'start'
  | 'stop'
  | 'config_reloaded'
  /** So many, of each kind, since the last one: they have no records of their own. */
  | 'requests_refused'
  | 'initialized'
  | 'unsealed'
  | 'sealed'
  | 'key_rotated'
  | 'audit_recovered'
  | 'audit_tail_lost'
  | 'audit_log_begun'
  | 'audit_log_unreadable'
  | 'audit_rotated'
  | 'audit_device_failed'
  | 'audit_device_back';

export type DutyEntry = {
  readonly type: 'duty';
  readonly time: string;
  /** Which duty, as in `token_expiry`. */
  readonly duty: string;
  readonly namespace?: AuditedNamespace;
  readonly revision?: number;
  readonly error?: AuditedError;
  /** Facts in clear (counts, paths); tokens and accessors as keyed hashes. */
  readonly details?: { readonly [name: string]: JsonValue };
};

export type AuditedTransport = 'tls' | 'tcp' | 'unix';

export type AuditedNamespace = {
  /** `root`, or the namespace's id. */
  readonly id: string;
  readonly path?: string;
};

export type AuditedRequest = {
  readonly operation: RouteMethod | 'help' | 'create' | 'update';
  /** The canonical path, mount included: in clear, as in Vault. */
  readonly path: string;
  readonly namespace: AuditedNamespace;
  readonly mount_point?: string | undefined;
  readonly mount_type?: string | undefined;
  readonly mount_accessor?: string | undefined;
  readonly client_token?: KeyedHash | undefined;
  readonly client_token_accessor?: KeyedHash | undefined;
  /** Textual IP address, or `unix`. */
  readonly remote_address: string;
  readonly remote_port: number;
  readonly transport: AuditedTransport;
  /** Body or query fields with every string hashed. */
  readonly data?: JsonValue | undefined;
  /** Seconds of the wrapping that was asked for. */
  readonly wrap_ttl?: number | undefined;
};

export type AuditedAuth = {
  readonly display_name?: string | undefined;
  readonly policies?: readonly string[] | undefined;
  readonly token_policies?: readonly string[] | undefined;
  readonly entity_id?: string | undefined;
  readonly token_type?: string | undefined;
  readonly client_token?: KeyedHash | undefined;
  readonly accessor?: KeyedHash | undefined;
  /** Seconds. */
  readonly token_ttl?: number | undefined;
  readonly token_issue_time?: string | undefined;
  readonly metadata?: JsonValue | undefined;
  readonly policy_results?: PolicyResults | undefined;
};

/** Which rules decided. `line` is StrongBox's own: the rule's line in the policy's text. */
export type PolicyResults =
  | { readonly allowed: true; readonly granting_policies: readonly DecidingRule[] }
  | { readonly allowed: false; readonly denying_rule?: DecidingRule; readonly reason: string };

export type DecidingRule = {
  readonly name: string;
  readonly path?: string;
  readonly line?: number;
  readonly type?: 'acl' | 'root';
};

export type AuditedResponse = {
  /** HTTP status of the answer. */
  readonly status: number;
  readonly mount_point?: string | undefined;
  readonly mount_type?: string | undefined;
  readonly mount_accessor?: string | undefined;
  /** The answer's data with every string hashed. */
  readonly data?: JsonValue | undefined;
  /** The token that a login or a token creation gave out. */
  readonly auth?: AuditedAuth | undefined;
  /** How many warnings the answer carries. */
  readonly warnings?: number | undefined;
};

export type AuditedError = {
  /** Code of the error registry. */
  readonly code: string;
  /** The registry's message, which holds no secret and no raw input. */
  readonly message: string;
};
