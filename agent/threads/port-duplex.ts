/**
 * A stream whose other end is on another thread, over a message port. Each chunk waits until the
 * other side has room for it, so that what a slow reader has not taken is counted, and bounded, by
 * whoever writes.
 */
import { Duplex } from 'node:stream';
import type { MessagePort } from 'node:worker_threads';
import { hear } from './hear.ts';

type Piece =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** The last bytes were read. */
  | { readonly kind: 'taken' }
  | { readonly kind: 'end' };

type Done = (error?: Error | null) => void;

export class PortDuplex extends Duplex {
  /** What ties a signature to the connection that this stream is of. */
  readonly binding: string;
  readonly #port: MessagePort;
  #written: Done | undefined;
  #untaken = false;

  constructor(port: MessagePort, binding = '') {
    super({ allowHalfOpen: true });
    this.binding = binding;
    this.#port = port;
    hear(port, (piece: Piece) => this.#hear(piece));
    port.on('close', () => this.destroy());
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    const bytes = new Uint8Array(chunk);
    this.#written = done;
    this.#say({ kind: 'bytes', bytes }, bytes);
  }

  override _final(done: Done): void {
    this.#say({ kind: 'end' });
    done();
  }

  override _read(): void {
    if (!this.#untaken) return;
    this.#untaken = false;
    this.#say({ kind: 'taken' });
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#port.close();
    done(error);
  }

  #hear(piece: Piece): void {
    if (piece.kind === 'taken') return this.#takeDone();
    if (piece.kind === 'end') return void this.push(null);
    this.#untaken = true;
    // Whoever reads calls `_read` when there is room for more.
    this.push(piece.bytes);
  }

  #takeDone(): void {
    const done = this.#written;
    this.#written = undefined;
    done?.();
  }

  #say(piece: Piece, bytes?: Uint8Array<ArrayBuffer>): void {
    this.#port.postMessage(piece, bytes === undefined ? [] : [bytes.buffer]);
  }
}
