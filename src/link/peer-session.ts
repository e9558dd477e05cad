/**
 * One connection to a peer, from its first frame to its end: both say hello, then frames pass; a
 * silent one counts as lost. Nothing of a peer is handed on before its hello was accepted.
 */
import { failure, isFailure, type StrongBoxError } from '../../shared/errors/failure.ts';
import type { LinkChannel, PeerConnection } from '../ports/peer-link.ts';
import type { NodeId } from '../raft/types.ts';
import { ByteReader, frameInvalid } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { packFrame, unpackFrame } from './frame.ts';
import { FrameQueue } from './frame-queue.ts';
import { type Hello, readHello, writeHello } from './hello.ts';
import { helloTicksMax, idleTicksMax, pingTicks, stuckDialTicks } from './limits.ts';
import { packPeerFrame, type PeerFrame, readPeerFrame } from './peer-frame.ts';

export interface SessionHost {
  /** What to say on this channel, now. */
  makeHello(channel: LinkChannel): Hello;
  /** Why the peer is refused; undefined if it is welcome. */
  obstacle(peer: NodeId, hello: Hello): StrongBoxError | undefined;
  ready(session: PeerSession): void;
  received(session: PeerSession, frame: PeerFrame): void;
  /** Comes once. `reason` says why this side ended it, or what the peer said. */
  ended(session: PeerSession, reason: StrongBoxError | undefined): void;
}

const ping = packPeerFrame({ type: 'ping' });

export class PeerSession {
  readonly peer: NodeId;
  readonly channel: LinkChannel;
  readonly #host: SessionHost;
  readonly #connection: PeerConnection;
  readonly #queue: FrameQueue;
  /** The side that dialled speaks first, so that the other knows what it answers. */
  readonly #dialled: boolean;
  #state: 'opening' | 'hello' | 'ready' | 'ended' = 'opening';
  #sentTicks = 0;
  #heardTicks = 0;
  #reason: StrongBoxError | undefined;

  constructor(
    host: SessionHost,
    at: { readonly peer: NodeId; readonly channel: LinkChannel; readonly dialled: boolean },
    connection: PeerConnection,
  ) {
    this.peer = at.peer;
    this.channel = at.channel;
    this.#dialled = at.dialled;
    this.#host = host;
    this.#connection = connection;
    this.#queue = new FrameQueue(connection);
    if (!at.dialled) this.#state = 'hello';
  }

  get isReady(): boolean {
    return this.#state === 'ready' && this.#reason === undefined;
  }

  /** This node dialled, and may hold on to it: it is open, or has not been tried for long. */
  get isOwnDial(): boolean {
    const isStuck = this.#state === 'opening' && this.#heardTicks >= stuckDialTicks;
    return this.#dialled && this.#state !== 'ended' && !isStuck;
  }

  /** False if it cannot be sent; then it is dropped. */
  send(frame: PeerFrame): boolean {
    if (!this.isReady) return false;
    this.#sentTicks = 0;
    return this.#queue.send(packPeerFrame(frame));
  }

  opened(): void {
    if (this.#state !== 'opening') return;
    this.#state = 'hello';
    this.#sayHello();
  }

  received(bytes: Uint8Array): void {
    if (this.#state === 'ended' || this.#reason !== undefined) return;
    this.#heardTicks = 0;
    try {
      this.#take(bytes);
    } catch (error) {
      // Nonsense of a peer ends its connection; a fault of ours ends this node.
      if (!isFailure(error, 'link.frame-invalid')) throw error;
      this.end(error);
    }
  }

  drained(): void {
    this.#queue.drain();
  }

  closed(): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#host.ended(this, this.#reason);
  }

  close(): void {
    this.#connection.close();
  }

  /** Nothing of the peer counts, and nothing is sent to it, from now on. */
  end(reason: StrongBoxError): void {
    this.#reason = reason;
    this.#connection.close();
  }

  tick(): void {
    if (this.#state === 'ended') return;
    this.#heardTicks += 1;
    this.#sentTicks += 1;
    const limitTicks = this.#state === 'ready' ? idleTicksMax : helloTicksMax;
    if (this.#heardTicks >= limitTicks) this.#connection.close();
    else if (this.#state === 'ready' && this.#sentTicks >= pingTicks) {
      this.#sentTicks = 0;
      this.#queue.send(ping);
    }
  }

  #take(bytes: Uint8Array): void {
    const frame = unpackFrame(bytes);
    if (this.#state === 'ready') {
      const known = readPeerFrame(frame);
      if (known.type !== 'ping') this.#host.received(this, known);
    } else if (frame.type === 'refusal') {
      this.#reason = readRefusal(frame.body);
      this.#connection.close();
    } else if (frame.type === 'hello') this.#takeHello(readHello(frame.body));
    else throw frameInvalid('it comes before the hello');
  }

  #takeHello(hello: Hello): void {
    if (hello.channel !== this.channel) throw frameInvalid('its channel is another one');
    const obstacle = this.#host.obstacle(this.peer, hello);
    if (obstacle !== undefined) {
      this.#connection.send(packFrame('refusal', new ByteWriter().text(obstacle.message).finish()));
      this.end(obstacle);
      return;
    }
    if (!this.#dialled) this.#sayHello();
    this.#state = 'ready';
    this.#host.ready(this);
  }

  #sayHello(): void {
    const hello = this.#host.makeHello(this.channel);
    this.#connection.send(packFrame('hello', writeHello(hello)));
  }
}

/** The peer's words, for the operator: no more than a line of them. */
function readRefusal(body: Uint8Array): StrongBoxError {
  return failure('link.refused', { reason: new ByteReader(body).text().slice(0, 500) });
}
