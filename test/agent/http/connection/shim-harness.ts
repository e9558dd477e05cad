import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { ShimOptions } from '../../../../agent/http/connection/shim-types.ts';
import { VerbShim } from '../../../../agent/http/connection/verb-shim.ts';

/**
 * Feeds byte streams to Node's HTTP server, through the verb shim or without it, over a socket in
 * memory: there a test decides where each chunk ends, which no real socket lets it do.
 */

export interface SeenRequest {
  /** The verb as the server's code sees it: LIST when the shim let it through. */
  readonly verb: string;
  readonly target: string;
  /** Undefined if the connection broke before the handler could read a body that had arrived. */
  readonly body: string | undefined;
}

interface Begun {
  readonly verb: string;
  readonly request: IncomingMessage;
  body: string;
  ended: boolean;
}

export interface Outcome {
  readonly requests: readonly SeenRequest[];
  /** Status codes of the answers, in order. */
  readonly statuses: readonly number[];
  readonly closed: boolean;
}

class MemorySocket extends Duplex {
  output = '';
  override _read(): void {}
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.output += chunk.toString('latin1');
    done();
  }
  setTimeout(): this {
    return this;
  }
}

/** A server whose handler reads each body and answers 200 with what it saw. */
export class ShimHarness {
  readonly #server: Server;
  readonly #shimmed: boolean;
  readonly #early: boolean;
  readonly #refuseEarly: ShimOptions['refuseEarly'];
  #seen: Begun[] = [];

  /** `early`: answers as soon as the head is there, and leaves the body to Node to throw away. */
  constructor(options: {
    readonly shim: boolean;
    readonly early?: boolean;
    readonly refuseEarly?: ShimOptions['refuseEarly'];
  }) {
    this.#shimmed = options.shim;
    this.#early = options.early ?? false;
    this.#refuseEarly = options.refuseEarly;
    this.#server = createServer({ requireHostHeader: false }, (request, response) => {
      this.#serve(request, response);
    });
  }

  /** Feeds the chunks one by one, each when the one before has had its whole effect. */
  async feed(chunks: readonly Buffer[]): Promise<Outcome> {
    this.#seen = [];
    const socket = new MemorySocket();
    const connection = this.#shimmed
      ? new VerbShim(socket as unknown as Socket, {
          lingerMs: 1_000,
          refuseEarly: this.#refuseEarly,
        })
      : socket;
    connection.on('error', () => {});
    this.#server.emit('connection', connection);
    for (const chunk of chunks) {
      if (socket.destroyed) break;
      socket.push(Buffer.from(chunk));
      await this.#settle(socket);
    }
    // What is only waiting for its time to run out is closed then.
    if (connection instanceof VerbShim) connection.deadline.check(Number.POSITIVE_INFINITY);
    const closed = socket.destroyed || socket.writableEnded;
    socket.destroy();
    await setImmediate();
    return { requests: this.#completed(), statuses: statusesOf(socket.output), closed };
  }

  async #settle(socket: MemorySocket): Promise<void> {
    let before = '';
    let quietTurns = 0;
    while (quietTurns < 2) {
      await setImmediate();
      const now = `${this.#seen.length} ${socket.output.length} ${socket.readableLength}`;
      quietTurns = now === before ? quietTurns + 1 : 0;
      before = now;
    }
  }

  /** The requests that the parser has read to their end. */
  #completed(): SeenRequest[] {
    return this.#seen
      .filter(({ request }) => request.complete)
      .map(({ verb, request, body, ended }) => ({
        verb,
        target: request.url ?? '',
        body: ended ? body : undefined,
      }));
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const shim = this.#shimmed ? (request.socket as unknown as VerbShim) : undefined;
    const { headers } = request;
    shim?.begin(
      request,
      headers['transfer-encoding'] === undefined
        ? { kind: 'length', bytes: Number(headers['content-length'] ?? 0) }
        : { kind: 'chunked' },
    );
    const verb = shim?.verb ?? request.method ?? '';
    const begun: Begun = { verb, request, body: '', ended: false };
    this.#seen.push(begun);
    if (this.#early) {
      response.once('finish', () => shim?.finishAnswer());
      response.end('ok');
      return;
    }
    request.on('data', (chunk: Buffer) => {
      begun.body += chunk.toString('latin1');
    });
    request.on('end', () => {
      begun.ended = true;
      response.once('finish', () => shim?.finishAnswer());
      response.end('ok');
    });
    request.on('error', () => {});
  }
}

function statusesOf(output: string): number[] {
  return [...output.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));
}
