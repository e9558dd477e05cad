import type { RouteMethod } from '../../shared/api/route.ts';
import type { JsonObject } from '../../shared/json/value.ts';
import type { CanonicalPath } from '../../shared/path/canonical.ts';

/** A request as every surface (HTTPS, Unix socket, control channel) hands it to the core. */
export interface CoreRequest {
  /** A UUID made at the edge: `request_id` of the envelope, of the audit records and of the log. */
  readonly id: string;
  /** `help` is Vault's path-help. */
  readonly method: RouteMethod | 'help';
  /** Below `/v1/`. */
  readonly path: CanonicalPath;
  readonly token: string | undefined;
  /** Value of `X-Vault-Namespace`, not yet checked; undefined or empty is the root namespace. */
  readonly namespace: string | undefined;
  /** Query parameters in order of appearance, decoded. */
  readonly query: ReadonlyMap<string, readonly string[]>;
  /** The raw body (empty when there is none). The core parses it, and zeroes secret bodies. */
  readonly body: Uint8Array;
  /** JSON unless it says form. The surface has refused a PATCH that is no JSON Merge Patch. */
  readonly contentType: string | undefined;
  readonly wrapTtlSeconds: number | undefined;
  readonly remote: Remote;
  /** Aborted when the client has gone or the request's deadline has passed. */
  readonly signal: RequestSignal | undefined;
}

export interface RequestSignal {
  readonly aborted: boolean;
  /** Called when it is aborted, once: for whoever has passed the request on. */
  onAborted?: (() => void) | undefined;
}

export interface Remote {
  /** Textual IP address, or `unix`. */
  readonly address: string;
  readonly port: number;
  readonly transport: 'tls' | 'tcp' | 'unix';
  /** Whether the peer is on this host: loopback, or a Unix socket. */
  readonly local: boolean;
}

/** The answer; the edge adds headers that every answer has and ends JSON bodies with a newline. */
export interface CoreAnswer {
  readonly status: number;
  /** JSON to send; undefined sends no body. */
  readonly body: JsonObject | undefined;
  /** A body that is not JSON (metrics in text form). */
  readonly raw?: { readonly contentType: string; readonly bytes: Uint8Array };
  /** Seconds for `Retry-After`. */
  readonly retryAfterSeconds?: number;
}
