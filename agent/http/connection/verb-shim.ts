import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { assert } from '../../../shared/assert.ts';
import { blankBytesMax, headBytesMax } from '../limits.ts';
import { zeroAndFree } from './zero-and-free.ts';
import { BodyEnd, HeadEnd } from './message-framing.ts';
import type { Framing, ParsedMessage, ShimOptions } from './shim-types.ts';
import { type ShimVerb, shimmedVerb, verbBytes } from './shimmed-verbs.ts';
import { SocketDuplex } from './socket-duplex.ts';

/**
 * Lets Vault's verbs LIST, SCAN and HELP pass Node's HTTP/1.1 parser (llhttp), which does not know
 * them: a thin duplex over an accepted socket that puts another verb of the same length in their
 * place, at the start of a request and nowhere else.
 *
 * Where a request starts is known by agreement, never by guess. The duplex counts a message's head
 * and body itself, hands llhttp one part at a time, synchronously, and is told by the server
 * (`begin`) what llhttp made of the head. A part never reaches over a message's end, and a new
 * request begins only when both say that the last one is complete. Whenever they differ, the
 * connection is closed: a byte of a body cannot be rewritten, and no byte is read as two different
 * things.
 *
 * One request is in flight at a time: what a client sends before its answer is held back, unread.
 */

type Stage = 'verb' | 'head' | 'body' | 'answer' | 'upgraded' | 'discard';

const CR = 0x0d;
const LF = 0x0a;

export class VerbShim extends SocketDuplex {
  /** The real verb of the request in flight when a stand-in was put in its place. */
  verb: ShimVerb | undefined;
  /** The exchange in flight, told when its answer cannot reach the client any more. */
  exchange: { abandon(): boolean } | undefined;
  /** Requests that began on this connection, also before it slept. */
  requestsBegun: number;
  /** As it was when the connection was last looked at and idle. */
  requestsBegunAtLook = -1;
  readonly #options: ShimOptions;
  readonly #listeners = {
    data: (chunk: Buffer): void => this.receive(chunk),
    end: (): void => this.#receiveEnd(),
    error: (error: Error): unknown => this.destroy(error),
    close: (): unknown => this.destroy(),
    timeout: (): void => this.idle(),
  };
  /** Whether Node's server has had a request of this connection since it got it. */
  #hadRequest = false;
  #released = false;
  #resting = false;
  /** Ends a rest. */
  readonly #wake = (): void => this.#readOn();
  /** Whether the answer in flight is a refusal after which the connection may have to rest. */
  restsAfterwards = false;
  #stage: Stage = 'verb';
  #paused = false;
  /** Whether the client has closed its side, and the server has not been told yet. */
  #endWaits = false;
  /** Input that may not be handed on yet: the start of a verb, or what stands behind a message. */
  #held: Buffer | undefined;
  /** Whether no more is read until the held input was handed on. */
  #blocked = false;
  #blankBytes = 0;
  #message: ParsedMessage | undefined;
  #answered = false;
  #atHeadEnd = false;
  readonly #headEnd = new HeadEnd();
  readonly #bodyEnd = new BodyEnd();

  constructor(socket: Socket | TLSSocket, options: ShimOptions) {
    super(socket);
    this.#options = options;
    this.requestsBegun = options.requestsBegun ?? 0;
    for (const [event, listener] of Object.entries(this.#listeners)) socket.on(event, listener);
  }

  /** Whether nothing is asked, answered or held, and the connection could sleep. */
  get isIdle(): boolean {
    return this.#hadRequest && !this.busy && !this.#endWaits && !this.#resting;
  }

  /** Gives the socket back, and closes without closing it; nothing may be under way. */
  release(): Socket {
    assert(this.isIdle, 'only an idle connection sleeps');
    for (const [event, listener] of Object.entries(this.#listeners)) {
      this.socket.off(event, listener);
    }
    this.#released = true;
    this.destroy();
    return this.socket;
  }

  /** Whether closing now would cut something off: a request that arrives or is being answered. */
  get busy(): boolean {
    return this.#stage !== 'verb' || this.#held !== undefined;
  }

  /** Whether the server has a request whose answer is not finished. */
  get awaitsAnswer(): boolean {
    return this.#message !== undefined && !this.#answered;
  }

  /**
   * The server has parsed a head: called from within the delivery of its last byte, and only there.
   * Once for each message; without it what follows the head is thrown away.
   */
  begin(message: ParsedMessage, framing: Framing): void {
    if (!this.#atHeadEnd || this.#message !== undefined) return this.#giveUp();
    this.#message = message;
    this.#answered = false;
    this.requestsBegun += 1;
    this.#hadRequest = true;
    this.#stage = 'body';
    this.#bodyEnd.begin(framing);
  }

  /** The answer to the request in flight has been handed to the kernel, or will never be. */
  finishAnswer(): void {
    this.#answered = true;
    this.exchange = undefined;
    this.deadline.disarm();
    if (this.#stage !== 'answer') return;
    this.#nextMessage();
    if (!this.restsAfterwards || !this.#mayRest()) this.#readOn();
    this.restsAfterwards = false;
  }

  /**
   * From now on bytes pass untouched (WebSocket). Called while the head's last byte is delivered.
   */
  upgrade(): void {
    this.#stage = 'upgraded';
  }

  /**
   * Throws all further input away, for a bounded time; what was written still leaves. An overloaded
   * agent does not even read it: a client hears of its refusal as long as it listens meanwhile.
   */
  discardInput(): void {
    if (this.#stage === 'discard') return;
    this.#stage = 'discard';
    this.deadline.armAfter(this.#options.lingerMs, () => this.destroy());
    this.#resumeInput();
  }

  /** Ends the answer and closes; used by Node's server after `Connection: close`. */
  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.#closeGently();
    else this.once('finish', () => this.#closeGently());
  }

  // Up to an upgrade the input does not pass the buffers of a readable stream: llhttp has to see
  // each part at the moment it is handed over, or `complete` would say nothing.

  override pause(): this {
    if (this.#stage === 'upgraded') return super.pause();
    this.#paused = true;
    this.socket.pause();
    return this;
  }

  override resume(): this {
    if (this.#stage === 'upgraded') return super.resume();
    if (this.#paused) {
      this.#paused = false;
      this.#resumeInput();
    }
    return this;
  }

  override _read(): void {
    if (this.#stage === 'upgraded') this.socket.resume();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#held = undefined;
    this.#endWaits = false;
    this.#endRest();
    this.#stage = 'discard';
    this.deadline.disarm();
    if (!this.#released) this.socket.destroy();
    this.exchange?.abandon();
    done(error);
  }

  /** Input, as it comes from the socket. */
  receive(chunk: Buffer): void {
    if (this.#stage === 'upgraded') {
      if (!this.push(chunk)) this.socket.pause();
      return;
    }
    if (this.#stage === 'discard') return zeroAndFree(chunk);
    const held = this.#held;
    this.#held = undefined;
    const input = held === undefined ? chunk : Buffer.concat([held, chunk]);
    if (!this.#resting) this.#process(input);
    else if (input.length > headBytesMax) this.#block(input);
    else this.#held = input;
  }

  #receiveEnd(): void {
    if (this.#stage === 'upgraded') {
      this.push(null);
      return;
    }
    this.#endWaits = true;
    if (this.#held === undefined) this.#endRest();
    this.#passEnd();
  }

  /**
   * Node's server closes a connection as soon as it hears of the end of the input. A client may
   * close its side once it has asked, so the server hears of it when everything before the end has
   * been answered; at once if the end cuts a message off.
   */
  #passEnd(): void {
    if (!this.#endWaits || this.#stage === 'answer' || this.#blocked || this.#resting) return;
    this.#endWaits = false;
    this.emit('end');
    this.exchange?.abandon();
  }

  #resumeInput(): void {
    const held = this.#held;
    this.#held = undefined;
    this.#blocked = false;
    if (held !== undefined && this.#stage !== 'discard') this.#process(held);
    if (this.#stage === 'discard' && this.restsAfterwards) this.socket.pause();
    else if (!this.#paused && !this.#blocked && !this.destroyed) this.socket.resume();
  }

  /** Hands a chunk on, part by part, as far as it may be read now: llhttp makes copies of it. */
  #process(chunk: Buffer): void {
    let start = 0;
    while (start < chunk.length && this.#stage !== 'discard') {
      if (this.#stage === 'upgraded') {
        this.push(chunk.subarray(start));
        return;
      }
      if (this.#stage === 'answer' || this.#paused) return this.#block(chunk.subarray(start));
      const next = this.#step(chunk, start);
      if (next < 0) return;
      start = next;
    }
    zeroAndFree(chunk);
  }

  /** Keeps input that may not be handed on yet, and reads no more until then. */
  #block(rest: Buffer): void {
    this.#held = rest;
    this.#blocked = true;
    this.socket.pause();
  }

  /** Takes one part of the chunk; returns where the next one starts, or -1 to wait for more. */
  #step(chunk: Buffer, start: number): number {
    switch (this.#stage) {
      case 'verb':
        return this.#takeVerb(chunk, start);
      case 'head':
        return this.#takeHead(chunk, start);
      default:
        return this.#takeBody(chunk, start);
    }
  }

  #takeVerb(chunk: Buffer, start: number): number {
    if (start === 0 && this.#refuse(chunk)) return chunk.length;
    const first = chunk[start];
    if (first === CR || first === LF) {
      this.#blankBytes += 1;
      if (this.#blankBytes > blankBytesMax) this.#giveUp();
      else this.#deliver(chunk, start, start + 1);
      return start + 1;
    }
    const known = shimmedVerb(chunk, start);
    if (known !== undefined && chunk.length - start < verbBytes) {
      this.#held = chunk.subarray(start);
      return -1;
    }
    this.verb = known?.verb;
    known?.standIn.copy(chunk, start);
    this.#blankBytes = 0;
    this.#headEnd.reset(false);
    this.#stage = 'head';
    return start;
  }

  /**
   * Whether what comes next waits for `#readOn`. It is held rather than left in the kernel: a pause
   * and its end cost as much as the refusal.
   */
  #mayRest(): boolean {
    this.#resting = this.#options.pace?.mayReadOn(this.#wake) === false;
    return this.#resting;
  }

  #endRest(): void {
    if (this.#resting) this.#options.pace?.forget(this.#wake);
    this.#resting = false;
  }

  #readOn(): void {
    this.#resting = false;
    this.#resumeInput();
    this.#passEnd();
  }

  /**
   * Answers a whole request that is refused early. The first request of a connection is left to
   * Node, which closes a connection that it never had one of; and nothing is written behind bytes
   * that a slow client has not taken.
   */
  #refuse(chunk: Buffer): boolean {
    if (!this.#hadRequest || this.#blankBytes > 0 || this.socket.writableLength > 0) return false;
    const answer = this.#options.refuseEarly?.(chunk);
    if (answer === undefined) return false;
    this.requestsBegun += 1;
    this.socket.write(answer);
    this.#mayRest();
    return true;
  }

  #takeHead(chunk: Buffer, start: number): number {
    const end = this.#headEnd.find(chunk, start);
    if (end < 0) {
      this.#deliver(chunk, start, chunk.length);
      return chunk.length;
    }
    this.#atHeadEnd = true;
    this.#deliver(chunk, start, end);
    this.#atHeadEnd = false;
    // Refused by llhttp or answered by Node itself: no request of ours begins here.
    if (this.#stage === 'head') this.discardInput();
    if (this.#stage === 'body' && this.#bodyEnd.isHere) this.#endMessage();
    return end;
  }

  #takeBody(chunk: Buffer, start: number): number {
    const found = this.#bodyEnd.find(chunk, start);
    const end = found === 'bad' || found < 0 ? chunk.length : found;
    this.#deliverBody(chunk, start, end, found === end);
    // llhttp has most likely refused it already, with an answer; if not, we do.
    if (found === 'bad' && this.#stage !== 'discard') this.#giveUp();
    return end;
  }

  #deliverBody(chunk: Buffer, start: number, end: number, last: boolean): void {
    this.#deliver(chunk, start, end);
    if (this.#stage !== 'body') return;
    if (last) this.#endMessage();
    else if (this.#message?.complete !== false) this.#giveUp();
  }

  /** By our count the message ends here; it does so only if llhttp agrees. */
  #endMessage(): void {
    if (this.#message?.complete !== true) return this.#giveUp();
    if (this.#answered) this.#nextMessage();
    else this.#stage = 'answer';
  }

  #nextMessage(): void {
    if (!this.writable) return this.discardInput();
    this.#message = undefined;
    this.verb = undefined;
    this.#stage = 'verb';
  }

  #deliver(chunk: Buffer, start: number, end: number): void {
    const whole = start === 0 && end === chunk.length;
    this.emit('data', whole ? chunk : chunk.subarray(start, end));
  }

  /** We and llhttp do not agree, or never could: nothing on this connection can be trusted. */
  #giveUp(): void {
    this.destroy();
  }

  /** Closing with unread input would reset the connection and may take the answer with it. */
  #closeGently(): void {
    if (this.destroyed) return;
    const inputRead = this.#message?.complete === true && this.#held === undefined;
    if (inputRead || this.socket.readableEnded) this.destroy();
    else this.discardInput();
  }
}
