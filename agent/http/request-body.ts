import type { IncomingMessage } from 'node:http';
import { failure, type StrongBoxError } from '../../shared/errors/failure.ts';
import type { Framing } from './shim-types.ts';

/**
 * Reads a body into memory of its own that can be zeroed, and zeroes the network's copy on the way:
 * unseal shares and passwords pass here.
 */

const empty = Buffer.alloc(0);
/** Room made at first for a body of unknown length, and then each time that it is used up. */
const chunkedBytesFirst = 4_096;
const chunkedBytesMore = 65_536;

/** Throws `http.body-too-large` for a length that is told in advance. */
export function checkBodyLength(framing: Framing, requestBytesMax: number): void {
  if (framing.kind === 'length' && framing.bytes > requestBytesMax) {
    throw failure('http.body-too-large', { requestBytesMax });
  }
}

/**
 * The whole body. Rejects with `http.body-too-large` as soon as one byte too many has come, and
 * with `http.malformed` when the client goes away in the middle.
 */
export function readBody(
  request: IncomingMessage,
  framing: Framing,
  requestBytesMax: number,
): Promise<Buffer> | Buffer {
  if (framing.kind === 'length' && framing.bytes === 0) return empty;
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const body = new GrowingBody(framing.kind === 'length' ? framing.bytes : chunkedBytesFirst);
  let settled = false;
  /**
   * The connection may fail once more while the handler uses the body: only the first end counts.
   */
  const refuse = (error: StrongBoxError): void => {
    if (settled) return;
    settled = true;
    body.zero();
    reject(error);
  };
  request.on('data', (chunk: Buffer) => {
    if (settled) return;
    if (body.length + chunk.length > requestBytesMax) {
      return refuse(failure('http.body-too-large', { requestBytesMax }));
    }
    body.add(chunk);
    chunk.fill(0);
  });
  request.on('end', () => {
    settled = true;
    resolve(body.take());
  });
  request.on('error', () => refuse(failure('http.malformed')));
  return promise;
}

/**
 * Reads a body of at most `bytesMax` and throws it away, so that the connection can go on after the
 * answer; does nothing for a larger one. Resolves also when the client goes away.
 */
export function skipBody(
  request: IncomingMessage,
  framing: Framing,
  bytesMax: number,
): Promise<void> | undefined {
  const isSmall = framing.kind === 'length' && framing.bytes > 0 && framing.bytes <= bytesMax;
  if (!isSmall) return undefined;
  return new Promise((resolve) => {
    request.on('data', (chunk: Buffer) => chunk.fill(0));
    request.once('end', resolve);
    request.once('error', () => resolve());
    request.once('close', resolve);
  });
}

/**
 * What has come of a body. It grows by pieces, which are joined once it is whole: copying it to
 * ever larger places left three times as much memory behind, and a flood of bodies that are
 * refused in the end had all of that.
 */
class GrowingBody {
  readonly #pieces: Buffer[];
  /** Bytes of the last piece that are used. */
  #filled = 0;
  #length = 0;

  constructor(firstBytes: number) {
    this.#pieces = [Buffer.alloc(firstBytes)];
  }

  get length(): number {
    return this.#length;
  }

  add(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      const count = chunk.copy(this.#room(), this.#filled, at);
      this.#filled += count;
      at += count;
    }
    this.#length += chunk.length;
  }

  /** The whole body; what it was made of is zeroed. */
  take(): Buffer {
    const [only] = this.#pieces;
    if (only !== undefined && this.#pieces.length === 1) return only.subarray(0, this.#length);
    const body = Buffer.alloc(this.#length);
    let at = 0;
    for (const piece of this.#pieces) at += piece.copy(body, at);
    this.zero();
    return body;
  }

  zero(): void {
    for (const piece of this.#pieces.splice(0)) piece.fill(0);
  }

  /** A last piece with room in it. */
  #room(): Buffer {
    const last = this.#pieces.at(-1);
    if (last !== undefined && this.#filled < last.length) return last;
    const piece = Buffer.alloc(chunkedBytesMore);
    this.#pieces.push(piece);
    this.#filled = 0;
    return piece;
  }
}
