/**
 * What the first request thread and a serving one tell each other. The first has the seal, the
 * audit writer, the core's own routes, the consoles and the sockets of this host; a serving thread
 * has connections of its own and answers there what engines serve, with keys of its own.
 *
 * Records are hashed before they cross, and keys cross as key objects, whose bytes are in no
 * message. Whole requests cross with all that is in them: the body in memory that changes hands.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { MessagePort } from 'node:worker_threads';
import type { CoreAnswer, CoreRequest, Remote } from '../../src/core/request.ts';
import type { SharedKey } from '../../src/crypto/secret-key.ts';
import type { KindState, RequestKind } from '../http/admission/admission.ts';
import type { ExchangeOutcome } from '../http/edge-context.ts';
import type { FailureMessage } from '../threads/failure-message.ts';
import type { TlsIdentity } from '../tls/identity.ts';

/** A request without its signal: that its client has gone is told apart. */
export type PassedRequest = Omit<CoreRequest, 'signal'>;

/** A WebSocket whose handshake was checked, and the stream of its connection from there on. */
export interface PassedConsole {
  readonly headers: IncomingHttpHeaders;
  readonly url: string;
  readonly remote: Remote;
  /** What ties a signature to the connection (control/connection-binding.ts). */
  readonly binding: string;
  readonly port: MessagePort;
}

/** Requests with the same end, and how long each took, ms. */
export interface ToldOutcomes extends Omit<ExchangeOutcome, 'durationMs'> {
  readonly durationsMs: readonly number[];
}

/** How a serving thread is doing. */
export interface ToldFigures {
  /** Since the last telling. */
  readonly outcomes: readonly ToldOutcomes[];
  readonly admission: Readonly<Record<RequestKind, KindState>>;
  readonly connections: number;
}

/** From a serving thread. Ids of requests and of records are counted apart. */
export type WordToFirst =
  | { readonly kind: 'request'; readonly id: number; readonly request: PassedRequest }
  /** The client of that request has gone. */
  | { readonly kind: 'gone'; readonly id: number }
  /** A record of the audit log: its JSON text. */
  | { readonly kind: 'record'; readonly id: number; readonly text: string }
  | { readonly kind: 'console'; readonly console: PassedConsole }
  | { readonly kind: 'figures'; readonly figures: ToldFigures }
  /** The keyring of that namespace has a new term. */
  | { readonly kind: 'new-term'; readonly namespace: string }
  /** The order under way was carried out, or was not. */
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly failure: FailureMessage }
  /** It stops, because the agent does: consoles go first. */
  | { readonly kind: 'stopping' };

/** Where a serving thread listens beside the first. */
export interface SharedListener {
  readonly host: string;
  /** The one that the first thread listens on. */
  readonly port: number;
  readonly names: readonly string[];
  readonly identity: TlsIdentity | undefined;
}

/** What a serving thread has to know before it can listen. */
export interface Welcome {
  /** Of the audit log (src/audit/commit-note.ts). */
  readonly logName: Uint8Array;
  readonly listeners: readonly SharedListener[];
}

/** To a serving thread. Orders come one after another. */
export type WordToServing =
  /** The first thing that is said. */
  | { readonly kind: 'welcome'; readonly welcome: Welcome }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: CoreAnswer }
  | { readonly kind: 'refused'; readonly id: number; readonly failure: FailureMessage }
  | { readonly kind: 'recorded'; readonly id: number; readonly index: number }
  | { readonly kind: 'unrecorded'; readonly id: number; readonly failure: FailureMessage }
  | { readonly kind: 'new-term'; readonly namespace: string }
  /** Another certificate for the listener at that place of `listeners`. */
  | { readonly kind: 'identity'; readonly at: number; readonly identity: TlsIdentity }
  | { readonly kind: 'order'; readonly order: KeyOrder };

/** Take the keys, or drop all of them and collect what is left of them. */
export type KeyOrder =
  | { readonly kind: 'open'; readonly rootKey: SharedKey }
  | { readonly kind: 'close' };
