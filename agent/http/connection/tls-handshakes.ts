import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

/**
 * TLS handshakes that are not finished. Each takes 50 KiB, of which a plain connection is 4: so one
 * begins with the client's first bytes and not before, and above a number of them the oldest gives
 * way. An honest client's is done within two round trips, and is the oldest only where thousands
 * begin in that time.
 */
export class TlsHandshakes {
  readonly #atOnceMax: number;
  readonly #firstBytesMs: number;
  readonly #begin: (socket: Socket) => void;
  /**
   * By the client's end of the connection, which its TLS socket has, too; in order of beginning.
   */
  readonly #underway = new Map<string, Socket>();
  #givenUp = 0;

  constructor(
    limits: { readonly tlsHandshakes: number; readonly tlsHandshakeMs: number },
    begin: (socket: Socket) => void,
  ) {
    this.#atOnceMax = limits.tlsHandshakes;
    this.#firstBytesMs = limits.tlsHandshakeMs;
    this.#begin = begin;
  }

  /** Handshakes that gave way to newer ones since the start. */
  get givenUp(): number {
    return this.#givenUp;
  }

  /** Begins the handshake when the client does; one that says nothing in time is closed. */
  awaitClient(socket: Socket): void {
    const close = (): void => void socket.destroy();
    socket.once('timeout', close);
    socket.setTimeout(this.#firstBytesMs);
    socket.once('readable', () => {
      socket.off('timeout', close);
      socket.setTimeout(0);
      // Readable without bytes: the client has closed its side.
      if (socket.readableLength === 0) socket.destroy();
      else this.#follow(socket);
    });
  }

  /** The handshake has succeeded; the end of one that has not is seen at its connection's. */
  finished(socket: TLSSocket): void {
    this.#underway.delete(clientEnd(socket));
  }

  #follow(socket: Socket): void {
    const client = clientEnd(socket);
    this.#underway.set(client, socket);
    socket.once('close', () => {
      if (this.#underway.get(client) === socket) this.#underway.delete(client);
    });
    if (this.#underway.size > this.#atOnceMax) this.#giveUpOldest();
    this.#begin(socket);
  }

  #giveUpOldest(): void {
    for (const [client, socket] of this.#underway) {
      this.#underway.delete(client);
      this.#givenUp += 1;
      socket.destroy();
      return;
    }
  }
}

function clientEnd({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
