/**
 * The control channel: JSON-RPC 2.0 over a WebSocket at `/v1/sys/control`, spoken by agents and
 * consoles (https://www.jsonrpc.org/specification). One text message is one object; there are no
 * batches. The sub-protocol carries the version: a change that an older peer would misread gets a
 * new one. What the methods take and give stands in methods.ts, the topics in topics.ts.
 */
import type { ControlMethod, ParamsOf, ResultOf } from './methods.ts';
import type { TopicUpdate } from './topics.ts';

/** What is asked for in `Sec-WebSocket-Protocol`; an upgrade without it is refused. */
export const controlSubprotocol = 'strongbox.control.v1';

/** Below `/v1/`. */
export const controlPath = 'sys/control';

/** Why the agent closes a socket (RFC 6455 section 7.4: 4000-4999 are the application's). */
export const controlCloseCodes = {
  /** The token was revoked or has run out: authenticate anew on a new socket. */
  tokenEnded: 4001,
  /** Not JSON-RPC, or too many at once; what is too large is closed with 1009, as by RFC 6455. */
  protocolViolation: 4002,
  /** The agent is stopping: dial again. */
  stopping: 4003,
  /** The peer answered no ping within its deadline. */
  silent: 4004,
} as const;

export interface ControlRequest<Method extends ControlMethod = ControlMethod> {
  readonly jsonrpc: '2.0';
  /** Chosen by the console, answered back; positive, used once a socket. */
  readonly id: number;
  readonly method: Method;
  readonly params: ParamsOf<Method>;
}

export interface ControlSuccess<Method extends ControlMethod = ControlMethod> {
  readonly jsonrpc: '2.0';
  readonly id: number;
  readonly result: ResultOf<Method>;
}

export interface ControlFailure {
  readonly jsonrpc: '2.0';
  /** Null where the request could not be read so far. */
  readonly id: number | null;
  readonly error: {
    /** One of `rpcCodes`. */
    readonly code: number;
    /** A whole sentence: what failed and what to do. */
    readonly message: string;
    /** The registered failure behind it: its stable code and HTTP status. */
    readonly data?: { readonly code: string; readonly status: number };
  };
}

/** What a subscription sends, as a notification. */
export interface ControlNotification {
  readonly jsonrpc: '2.0';
  readonly method: 'update';
  readonly params: TopicUpdate;
}

/** The codes that JSON-RPC 2.0 reserves, and one of ours for every registered failure. */
export const rpcCodes = {
  parseError: -32_700,
  invalidRequest: -32_600,
  methodNotFound: -32_601,
  invalidParams: -32_602,
  refused: -32_000,
} as const;

export type ControlMessageToConsole = ControlSuccess | ControlFailure | ControlNotification;
