import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import { sentPieceBytes } from '../../limits.ts';
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

  setTimeout(timeoutMs: number, callback?: () => void): this {
    this.socket.setTimeout(timeoutMs);
    if (callback !== undefined) this.once('timeout', callback);
    return this;
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
