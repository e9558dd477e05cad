import type { Server } from 'node:http';
import { failure, type StrongBoxError } from '../../shared/errors/failure.ts';
import { headBytesMax, headersMax } from './limits.ts';
import { rawRefusal } from './answer-writer.ts';
import type { EdgeContext } from './edge-context.ts';
import { HttpExchange } from './http-exchange.ts';
import { remoteOf } from './remote.ts';
import { refusalOfUpgrade } from './upgrade.ts';
import type { VerbShim } from './connection/verb-shim.ts';

/**
 * Not imported: an import of `node:http` reads each of its exports, and one of them loads all of
 * undici, which costs time at the start and memory for good.
 */
const { createServer } = process.getBuiltinModule('node:http');

/**
 * Node's HTTP server as a parser of connections that others accept: it never listens itself. It
 * must be told `listening`, or its time limits never fire.
 */
export function createEdgeServer(context: EdgeContext): Server {
  const { limits, upgrade } = context;
  const server = createServer({
    insecureHTTPParser: false,
    // We say so ourselves, in JSON.
    requireHostHeader: false,
    optimizeEmptyRequests: true,
    maxHeaderSize: limits.headBytes,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestReadMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: limits.connectionsCheckMs,
    // Whatever else wants an upgrade (curl offers h2c) is a request like any other.
    shouldUpgradeCallback: (request) =>
      upgrade?.path === request.url && refusalOfUpgrade(context, request) === undefined,
  });
  // Node drops headers above this count in silence; RequestHead counts and refuses.
  server.maxHeadersCount = 0;
  server.timeout = limits.answerStallMs;
  server.on('request', (request, response) => {
    void new HttpExchange(context, request, response).run(false);
  });
  server.on('checkContinue', (request, response) => {
    void new HttpExchange(context, request, response).run(true);
  });
  server.on('checkExpectation', (request, response) => {
    new HttpExchange(context, request, response).refuse(failure('http.expectation-unsupported'));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    refuseInput(socket as VerbShim, inputRefusal(error.code));
  });
  server.on('timeout', (socket: unknown) => closeStalled(socket as VerbShim));
  if (upgrade !== undefined) {
    server.on('upgrade', (request, socket) => {
      const shim = socket as VerbShim;
      shim.upgrade();
      upgrade.accept(request, shim, remoteOf(shim, context.kind));
    });
  }
  server.emit('listening');
  return server;
}

function inputRefusal(code: string | undefined): StrongBoxError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return failure('http.headers-too-large', { headBytesMax, headersMax });
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return failure('http.read-timeout');
    default:
      return failure('http.malformed');
  }
}

/** Input that llhttp refused, or that did not come in time: says so unless an answer has begun. */
function refuseInput(shim: VerbShim, refusal: StrongBoxError): void {
  if (!shim.writable) {
    shim.destroy();
    return;
  }
  const unanswered = shim.exchange?.abandon() ?? true;
  shim.discardInput();
  if (unanswered) shim.end(rawRefusal(refusal));
  else shim.end();
}

/** No byte has moved for a while: fine only while the handler works on the answer. */
function closeStalled(shim: VerbShim): void {
  if (shim.awaitsAnswer && shim.writableLength === 0) return;
  shim.destroy();
}
