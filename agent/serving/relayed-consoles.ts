/**
 * Consoles that come in on a serving thread: the form of their handshake is checked here, and their
 * connection, decrypted, is a stream to the first thread from there on.
 */
import type { IncomingMessage } from 'node:http';
import { type Duplex, pipeline } from 'node:stream';
import { MessageChannel } from 'node:worker_threads';
import { controlPath } from '../../shared/control/protocol.ts';
import type { StrongBoxError } from '../../shared/errors/failure.ts';
import type { Remote } from '../../src/core/request.ts';
import type { Timers } from '../../src/ports/clock.ts';
import { connectionBinding } from '../control/connection-binding.ts';
import { refusalOfHandshake } from '../control/handshake.ts';
import type { UpgradePort } from '../http/edge-context.ts';
import { lingerMsMax } from '../http/limits.ts';
import { PortDuplex } from '../threads/port-duplex.ts';
import type { FirstThread } from './first-thread.ts';

export class RelayedConsoles implements UpgradePort {
  readonly path = `/v1/${controlPath}`;
  readonly #first: Pick<FirstThread, 'passConsole'>;
  readonly #timers: Timers;

  constructor(first: Pick<FirstThread, 'passConsole'>, timers: Timers) {
    this.#first = first;
    this.#timers = timers;
  }

  refusalOf({ headers }: IncomingMessage): StrongBoxError | undefined {
    return refusalOfHandshake(headers);
  }

  accept({ headers }: IncomingMessage, socket: Duplex, remote: Remote): void {
    const { port1, port2 } = new MessageChannel();
    const binding = connectionBinding(socket);
    this.#first.passConsole({ headers, url: this.path, remote, binding, port: port2 });
    const relay = new PortDuplex(port1);
    // What is refused over there is told, and a client that then stays is not waited for.
    relay.once('end', () => this.#timers.after(lingerMsMax, () => socket.destroy()));
    // Whichever side ends, both do; there is nobody else to be told.
    pipeline(socket, relay, socket, () => undefined);
  }
}
