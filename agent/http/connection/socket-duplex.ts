import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import { assert } from '../../../shared/assert.ts';
import { sentPieceBytes } from '../limits.ts';
import { Deadline } from './deadline.ts';
import { SocketWriter, type WriteDone, type WrittenChunk } from './socket-writer.ts';

/** How long an answer may take to leave: without any progress, and in all. */
export interface SendLimits {
  readonly stallMs: number;
  readonly sendMs: number;
}

/**
 * A duplex over an accepted socket that Node's HTTP server takes for the socket: what it asks of
 * one besides reading, and how answers leave.
 */
export class SocketDuplex extends Duplex {
  readonly socket: Socket | TLSSocket;
  readonly encrypted: boolean;
  readonly remoteAddress: string | undefined;
  readonly remotePort: number | undefined;
  /** Of the request in flight, its answer, or what is thrown away. */
  readonly deadline = new Deadline();
  readonly #writer: SocketWriter;
  /** How long nothing may move before `timeout` is told; 0 is for ever. */
  #idleMsMax = 0;
  /** What the socket's own timer was set to. */
  #timerMs = Number.POSITIVE_INFINITY;
  /** How long nothing has moved when the timer fired last, and what had moved until then. */
  #idleMs = 0;
  #movedBytes = 0;

  constructor(socket: Socket | TLSSocket) {
    super({ allowHalfOpen: true, decodeStrings: false });
    this.socket = socket;
    this.encrypted = 'encrypted' in socket && socket.encrypted;
    this.remoteAddress = socket.remoteAddress;
    this.remotePort = socket.remotePort;
    this.#writer = new SocketWriter(socket);
  }

  /** Closes the connection if its answer has not left in time, or nothing of it for `stallMs`. */
  limitSending({ stallMs, sendMs }: SendLimits): void {
    const writer = this.#writer;
    writer.takenMs = performance.now();
    const endMs = writer.takenMs + sendMs;
    const check = (nowMs: number): void => {
      const atMs = Math.min(writer.takenMs + stallMs, endMs);
      if (nowMs >= atMs) this.destroy();
      else this.deadline.arm(atMs, check);
    };
    check(writer.takenMs);
  }

  /**
   * Node's server asks for one time while it waits for a request and for another one while it has
   * it. The socket's own timer has the shorter of them, and is set anew only when it fires too soon
   * (`idle`): to set it twice for each request costs as much as to parse the request.
   */
  setTimeout(timeoutMs: number, callback?: () => void): this {
    this.#idleMsMax = timeoutMs;
    if (timeoutMs < this.#timerMs || timeoutMs === 0) this.#setTimer(timeoutMs);
    if (callback !== undefined) this.once('timeout', callback);
    return this;
  }

  /** Nothing has moved for as long as the socket's timer was set to. */
  protected idle(): void {
    const movedBytes = this.socket.bytesRead + this.socket.bytesWritten;
    this.#idleMs = this.#timerMs + (movedBytes === this.#movedBytes ? this.#idleMs : 0);
    this.#movedBytes = movedBytes;
    const leftMs = this.#idleMsMax - this.#idleMs;
    if (leftMs > 0) return this.#setTimer(leftMs);
    this.#idleMs = 0;
    this.emit('timeout');
  }

  #setTimer(timeoutMs: number): void {
    this.#timerMs = timeoutMs === 0 ? Number.POSITIVE_INFINITY : timeoutMs;
    this.socket.setTimeout(timeoutMs);
  }

  setNoDelay(noDelay?: boolean): this {
    this.socket.setNoDelay(noDelay);
    return this;
  }

  setKeepAlive(enable?: boolean, initialDelayMs?: number): this {
    this.socket.setKeepAlive(enable, initialDelayMs);
    return this;
  }

  /** The certificate the peer proved; an empty object when there is none. */
  getPeerCertificate(): PeerCertificate | Record<string, never> {
    return 'getPeerCertificate' in this.socket ? this.socket.getPeerCertificate() : {};
  }

  /** Whether a text would leave at once, and in one piece, if it were written through. */
  takesThrough(text: string): boolean {
    return this.writable && this.writableLength === 0 && text.length <= sentPieceBytes;
  }

  /** Writes past this stream's buffers (`takesThrough`). Whether the kernel has taken it all. */
  writeThrough(text: string, encoding: 'latin1' | 'utf8', done: WriteDone): boolean {
    assert(this.writableLength === 0, 'nothing is overtaken');
    this.socket.write(text, encoding, done);
    return this.socket.writableLength === 0;
  }

  override _write(chunk: Buffer | string, encoding: BufferEncoding, done: WriteDone): void {
    if (chunk.length <= sentPieceBytes) this.socket.write(chunk, encoding, done);
    else this.#writer.write([{ chunk, encoding }], done);
  }

  override _writev(chunks: readonly WrittenChunk[], done: WriteDone): void {
    this.#writer.write(chunks, done);
  }

  override _final(done: () => void): void {
    this.socket.end(done);
  }
}
