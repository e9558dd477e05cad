/**
 * The seam through which a WebSocket takes a connection over (RFC 6455 section 4.2). Everything is
 * checked before the first byte of the answer: what fails is refused as a plain request, with its
 * status and reason, so that a browser's page never gets a socket.
 */
import type { IncomingMessage } from 'node:http';
import { StrongBoxError, failure } from '../../shared/errors/failure.ts';
import type { EdgeContext } from './edge-context.ts';
import { checkHost, RequestHead } from './request-head.ts';
import { remoteOf } from './remote.ts';
import type { VerbShim } from './connection/verb-shim.ts';

/** Why a request at the port's path is not taken over; undefined if it is. */
export function refusalOfUpgrade(
  context: EdgeContext,
  request: IncomingMessage,
): StrongBoxError | undefined {
  const { upgrade, draining, kind } = context;
  try {
    if (upgrade === undefined) throw failure('request.not-found');
    if (request.httpVersion !== '1.1') throw failure('http.version-unsupported');
    const head = new RequestHead(request);
    head.check();
    checkHost(head, context);
    if (draining) throw failure('http.stopping');
    requireNoBody(head);
    // Node's types know its own sockets only.
    const shim = request.socket as unknown as VerbShim;
    return upgrade.refusalOf(request, remoteOf(shim, kind));
  } catch (error) {
    if (error instanceof StrongBoxError) return error;
    throw error;
  }
}

function requireNoBody({ framing }: RequestHead): void {
  if (framing.kind === 'length' && framing.bytes === 0) return;
  throw failure('control.handshake-invalid', { reason: 'it cannot have a body' });
}
