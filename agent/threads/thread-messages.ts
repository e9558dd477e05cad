/**
 * What the main thread and a request thread tell each other of its life; requests of the store have
 * a port of their own (store-messages.ts). Orders are carried out one after another, but a ping,
 * which is answered as soon as the loop turns.
 */
import type { MessagePort } from 'node:worker_threads';
import type { AgentConfig } from '../config/config.ts';
import type { DevOptions } from '../config/dev-config.ts';
import type { StorageFacts } from './storage.ts';
import type { LogLevel } from '../telemetry/log.ts';
import type { FailureMessage } from './failure-message.ts';
import type { StoreConnection } from './store-messages.ts';

/** What a request thread is started with. */
export interface RequestThreadData {
  readonly config: AgentConfig;
  /** With `--dev`: initialise, unseal, and print the keys. */
  readonly dev: DevOptions | undefined;
}

export interface StorageConnection {
  readonly facts: StorageFacts;
  readonly store: StoreConnection;
}

/** The first of the request threads has links to all others, and each of those one to it. */
export type ThreadRole =
  | { readonly kind: 'first'; readonly serving: readonly MessagePort[] }
  | { readonly kind: 'serving'; readonly first: MessagePort };

export type ThreadOrder =
  | { readonly kind: 'begin'; readonly storage: StorageConnection; readonly role: ThreadRole }
  | { readonly kind: 'reload'; readonly level: LogLevel | undefined }
  | { readonly kind: 'stop' }
  | { readonly kind: 'ping' };

/** What is known of an agent that listens. */
export interface ListeningAgent {
  /** Where it listens, as clients write it. */
  readonly addresses: readonly string[];
  /** The file that clients of `tls: auto` trust. */
  readonly authorityPath: string | undefined;
  readonly initialised: boolean;
  readonly sealed: boolean;
}

export type ThreadWord =
  | { readonly kind: 'listening'; readonly agent: ListeningAgent }
  /** A serving thread listens as well. */
  | { readonly kind: 'serving' }
  | { readonly kind: 'reloaded' }
  | { readonly kind: 'stopped' }
  /** The order that runs was not carried out. */
  | { readonly kind: 'failed'; readonly failure: FailureMessage }
  | { readonly kind: 'seal-changed'; readonly sealed: boolean }
  | { readonly kind: 'pong' };
