/** The configuration of `--dev`: everything in memory, plain HTTP on loopback, `secret/` there. */
import type { AgentConfig } from './config.ts';
import { requestBytesMax } from '../../shared/limits.ts';

export interface DevOptions {
  readonly host: string;
  readonly port: number;
  /** The root token to have, instead of a random one. */
  readonly rootTokenId: string | undefined;
  /** Version of the KV engine at `secret/`. */
  readonly kvVersion: 1 | 2;
}

export function devConfig(options: DevOptions): AgentConfig {
  const { host, port, kvVersion } = options;
  return {
    node: { id: 'dev', data: undefined },
    listen: [{ kind: 'tcp', host, port, tls: { kind: 'off' }, names: [] }],
    init: { from: 'local', mounts: [{ path: 'secret', type: 'kv', version: kvVersion }] },
    audit: [],
    threads: { request: 1 },
    metrics: { access: 'loopback' },
    log: { level: 'info' },
    limits: { requestBytes: requestBytesMax },
  };
}
