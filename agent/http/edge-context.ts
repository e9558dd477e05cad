/** What serving a request needs besides the request: the same for all requests of a listener. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { StrongBoxError } from '../../shared/errors/failure.ts';
import type { CoreRequest, Remote } from '../../src/core/request.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Admission } from './admission/admission.ts';
import type { HostNames } from './host-names.ts';
import type { HttpLimits } from './http-limits.ts';
import type { RequestHandler } from './request-handler.ts';

export interface EdgeContext {
  readonly handler: RequestHandler;
  readonly names: HostNames;
  readonly limits: HttpLimits;
  readonly admission: Admission;
  readonly log: Log;
  readonly kind: Remote['transport'];
  /** While true every answer ends its connection. */
  readonly draining: boolean;
  /** What takes over WebSocket connections; undefined where there is none. */
  readonly upgrade: UpgradePort | undefined;
  /** Told of each exchange that was answered (metrics). */
  readonly observe: ((outcome: ExchangeOutcome) => void) | undefined;
}

export interface ExchangeOutcome {
  readonly method: CoreRequest['method'] | 'none';
  readonly status: number;
  readonly durationMs: number;
}

/** What takes connections over, at one exact request target. */
export interface UpgradePort {
  /** With `/v1/`, as in the request line. */
  readonly path: string;
  /** Why there is no socket for this peer and handshake; undefined if there is one. */
  refusalOf(request: IncomingMessage, remote: Remote): StrongBoxError | undefined;
  /** Gets the connection; its input passes untouched from here on. */
  accept(request: IncomingMessage, socket: Duplex, remote: Remote): void;
}
