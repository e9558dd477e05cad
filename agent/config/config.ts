/**
 * What an agent is told to be (architecture, section 9), after every check: paths are absolute,
 * sizes in bytes, and no combination is impossible. load-config.ts makes it from a file,
 * dev-config.ts from the flags of `--dev`.
 */
import type { LogLevel } from '../telemetry/log.ts';

export interface AgentConfig {
  readonly node: {
    readonly id: string;
    /** The data folder; undefined keeps everything in memory (`--dev` only). */
    readonly data: string | undefined;
  };
  readonly threads: {
    /** How many threads serve requests, from 1 on. */
    readonly request: number;
  };
  /** At least one. */
  readonly listen: readonly ListenConfig[];
  readonly init: {
    /** Who may initialise. */
    readonly from: 'local' | 'anywhere';
    /** Secrets engines that a new cluster starts with, besides those that are always there. */
    readonly mounts: readonly InitialMountConfig[];
  };
  /** At least one; empty only with `--dev`. */
  readonly audit: readonly AuditConfig[];
  readonly metrics: { readonly access: 'token' | 'loopback' };
  readonly log: { readonly level: LogLevel };
  readonly limits: { readonly requestBytes: number };
}

export type ListenConfig = TcpListenConfig | SocketListenConfig;

export interface TcpListenConfig {
  readonly kind: 'tcp';
  readonly host: string;
  readonly port: number;
  readonly tls:
    | { readonly kind: 'auto' }
    | { readonly kind: 'off' }
    | { readonly kind: 'files'; readonly certificate: string; readonly key: string };
  /** Further names by which clients call the agent. */
  readonly names: readonly string[];
}

export interface SocketListenConfig {
  readonly kind: 'socket';
  readonly path: string;
  readonly mode: number;
  readonly group: string | undefined;
}

export interface AuditConfig {
  readonly type: 'file';
  readonly name: string;
  readonly path: string;
  readonly sync: 'always' | 'write';
  readonly rotate: { readonly bytes: number; readonly keep: number };
}

/** One entry of `init.mounts`: `{ path: secret, type: kv, version: 2 }`. */
export interface InitialMountConfig {
  /** Without trailing slash. */
  readonly path: string;
  readonly type: 'kv';
  readonly version: 1 | 2;
}
