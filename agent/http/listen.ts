import { once } from 'node:events';
import { createServer, type ListenOptions, type Server } from 'node:net';
import { failure, type StrongBoxError } from '../../shared/errors/failure.ts';
import { backlogConnectionsMax } from './limits.ts';
import { systemErrorCode } from '../system-error.ts';

/** Starts a server, or says why it cannot in the words of the operator. Throws `listener.*`. */
export async function listenOn(server: Server, options: ListenOptions): Promise<void> {
  const address = options.path ?? hostPort(options.host ?? '', options.port ?? 0);
  try {
    server.listen({ ...options, backlog: backlogConnectionsMax });
    await once(server, 'listening');
  } catch (error) {
    throw listenFailure(address, error);
  }
}

export type PortSharing = 'first' | 'later';

/**
 * Listens on a TCP port, alone or beside other threads of this process. Whoever is the first of
 * them makes sure that nobody else has the port: the platform would let another agent of the same
 * user share it, and each would get a part of the other's clients. Throws `listener.*`.
 */
export async function listenOnPort(
  server: Server,
  place: {
    readonly host: string;
    readonly port: number;
    readonly sharing?: PortSharing | undefined;
  },
): Promise<void> {
  const { host, port, sharing } = place;
  if (sharing === 'first' && port !== 0) {
    const alone = createServer();
    await listenOn(alone, { host, port });
    await new Promise((resolve) => alone.close(resolve));
  }
  await listenOn(server, { host, port, ...(sharing !== undefined && { reusePort: true }) });
}

/** `127.0.0.1:8200`, `[::1]:8200`. */
export function hostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function listenFailure(address: string, error: unknown): StrongBoxError {
  const code = systemErrorCode(error) ?? 'unknown error';
  switch (code) {
    case 'EADDRINUSE':
      return failure('listener.port-busy', { address }, error);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return failure('listener.address-unavailable', { address }, error);
    case 'EACCES':
    case 'EPERM':
      return failure('listener.forbidden', { address }, error);
    default:
      return failure('listener.failed', { address, reason: code }, error);
  }
}
