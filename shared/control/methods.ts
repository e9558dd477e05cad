/**
 * The methods of the control channel. `request` is the whole API through the pipeline; the others
 * are what a socket that stays open needs besides. Times are UTC in milliseconds since 1970; bytes
 * are base64.
 */
import type { RouteMethod } from '../api/route.ts';
import type { JsonObject } from '../json/value.ts';
import type { CeremonySnapshot, TopicName, TopicSnapshot } from './topics.ts';

/** Who the socket speaks for. */
export interface ControlIdentity {
  /** Of the token; undefined while the socket is anonymous. */
  readonly accessor: string | undefined;
  readonly displayName: string;
  readonly policies: readonly string[];
  /** When the token runs out; undefined for one that does not. */
  readonly expiresAtMs: number | undefined;
  /** The registered operator whose present key has signed the challenge, if one has. */
  readonly operator: string | undefined;
}

interface MethodTable {
  /**
   * Binds the socket to a token, by a look-up of itself: a counted token pays one use. A second
   * call replaces the first.
   */
  readonly authenticate: {
    readonly params: { readonly token: string };
    readonly result: ControlIdentity;
  };
  /** Asks for bytes to sign; they serve one `prove`, for a minute. */
  readonly challenge: {
    readonly params: Readonly<Record<string, never>>;
    readonly result: { readonly nonce: string };
  };
  /** Proves an operator's key: Ed25519 over `challengeMessage` (operator.ts). */
  readonly prove: {
    readonly params: { readonly operator: string; readonly signature: string };
    readonly result: ControlIdentity;
  };
  /**
   * One operation of the API, answered with status and body as over HTTP. A body that is no JSON
   * (metrics) comes as `{content_type, text}`.
   */
  readonly request: {
    readonly params: {
      readonly operation: RouteMethod;
      /** Below `/v1/`, not percent-encoded. */
      readonly path: string;
      readonly query?: Readonly<Record<string, string>>;
      /** Taken as the bytes it is written in, so its name is to be spelled without escapes. */
      readonly body?: JsonObject;
      readonly namespace?: string;
    };
    readonly result: { readonly status: number; readonly body: JsonObject | null };
  };
  /** Follows a topic; the answer is its present state, updates follow. */
  readonly subscribe: {
    readonly params: { readonly topic: TopicName };
    readonly result: { readonly topic: TopicName; readonly snapshot: TopicSnapshot };
  };
  readonly unsubscribe: {
    readonly params: { readonly topic: TopicName };
    readonly result: { readonly topic: TopicName };
  };
  /** Says who sits here and what is looked at, for the others to see. Names prove nothing. */
  readonly presence: {
    readonly params: { readonly name: string; readonly view: string };
    readonly result: { readonly participant: string };
  };
  readonly 'ceremony.status': {
    readonly params: Readonly<Record<string, never>>;
    readonly result: CeremonySnapshot;
  };
  /**
   * Founds the cluster. Shares and root token come back sealed to `receiver` (X25519), one box each
   * (sealed-share.ts), so that only the process that holds its secret key can read them.
   */
  readonly 'ceremony.init': {
    readonly params: {
      readonly shares: number;
      readonly threshold: number;
      readonly receiver: string;
    };
    readonly result: {
      /** The agent's one-time public key of these boxes. */
      readonly sender: string;
      /** Framed shares in the order of their index. */
      readonly sealedShares: readonly string[];
      readonly sealedRootToken: string;
      readonly setId: string;
    };
  };
  /** Enters a share that was sealed to the ceremony's key (`sealShare`). */
  readonly 'ceremony.submit': {
    readonly params: { readonly nonce: string; readonly box: SealedShareBox };
    readonly result: CeremonySnapshot;
  };
  /** Drops what was entered; everybody sees by whom and why. */
  readonly 'ceremony.reset': {
    readonly params: { readonly nonce: string; readonly reason: string };
    readonly result: CeremonySnapshot;
  };
  /** Raw lines of a node's audit log, from a record on. Needs `sudo`. */
  readonly 'audit.read': {
    readonly params: {
      readonly node: string;
      readonly from: number;
      /** At most `auditReadLinesMax`. */
      readonly lines: number;
    };
    readonly result: {
      /** Whole lines without their newline; empty at the end of the log. */
      readonly lines: readonly string[];
      /** Index after the last line given. */
      readonly next: number;
      /** Index after the newest record of the log. */
      readonly end: number;
    };
  };
}

/** What seals a share on its way (sealed-share.ts). All base64. */
export interface SealedShareBox {
  /** One-time public key of the sender. */
  readonly sender: string;
  readonly nonce: string;
  readonly ciphertext: string;
  /** The holder's name as given at the terminal; it is bound into the box. */
  readonly holder: string;
}

export type ControlMethod = keyof MethodTable;
export type ParamsOf<Method extends ControlMethod> = MethodTable[Method]['params'];
export type ResultOf<Method extends ControlMethod> = MethodTable[Method]['result'];
