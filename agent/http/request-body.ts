import type { IncomingMessage } from 'node:http';
import { failure, type StrongBoxError } from '../../shared/errors/failure.ts';
import type { BodyRoom } from './admission/body-room.ts';
import { zeroAndFree } from './connection/zero-and-free.ts';
import type { Framing } from './connection/shim-types.ts';

/**
 * Reads a body into memory of its own that can be zeroed, and zeroes the network's copy on the way:
 * unseal shares and passwords pass here.
 */

const empty = Buffer.alloc(0);
/** A body's memory doubles with what has come of it, within these bounds. */
const pieceBytesLeast = 4_096;
const pieceBytesMost = 65_536;

/** Throws `http.body-too-large` for a length that is told in advance. */
export function checkBodyLength(framing: Framing, requestBytesMax: number): void {
  if (framing.kind === 'length' && framing.bytes > requestBytesMax) {
    throw failure('http.body-too-large', { requestBytesMax });
  }
}

/**
 * The whole body. Rejects with `http.body-too-large` as soon as one byte too many has come, with
 * `request.overloaded` when its memory is needed for others, and with `http.malformed` when the
 * client goes away in the middle.
 */
export function readBody(
  request: IncomingMessage,
  framing: Framing,
  requestBytesMax: number,
  room: BodyRoom,
): Promise<Buffer> | Buffer {
  if (framing.kind === 'length' && framing.bytes === 0) return empty;
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const body = new GrowingBody(framing.kind === 'length' ? framing.bytes : requestBytesMax);
  let settled = false;
  /**
   * The connection may fail once more while the handler uses the body: only the first end counts.
   */
  const refuse = (error: StrongBoxError): void => {
    if (settled) return;
    settled = true;
    room.end(giveUp);
    body.zero();
    reject(error);
  };
  const giveUp = (): void => refuse(failure('request.overloaded'));
  request.on('data', (chunk: Buffer) => {
    if (settled) return;
    if (body.length + chunk.length > requestBytesMax) {
      return refuse(failure('http.body-too-large', { requestBytesMax }));
    }
    room.grow(giveUp, chunk.length);
    if (!settled) body.add(chunk);
    zeroAndFree(chunk);
  });
  request.on('end', () => {
    if (settled) return;
    settled = true;
    room.end(giveUp);
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
    request.on('data', zeroAndFree);
    request.once('end', resolve);
    request.once('error', () => resolve());
    request.once('close', resolve);
  });
}

/**
 * What has come of a body. It grows by pieces, which are joined once it is whole: copying it to
 * ever larger places left three times as much memory behind, and a flood of bodies that are
 * refused in the end had all of that. What a client only announces costs nothing.
 */
class GrowingBody {
  readonly #pieces: Buffer[] = [];
  readonly #bytesMax: number;
  /** Bytes of the last piece that are used. */
  #filled = 0;
  #length = 0;

  /** `bytesMax`: its length, or the most that it can be. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get length(): number {
    return this.#length;
  }

  add(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      const count = chunk.copy(this.#room(chunk.length - at), this.#filled, at);
      this.#filled += count;
      this.#length += count;
      at += count;
    }
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
    for (const piece of this.#pieces.splice(0)) zeroAndFree(piece);
  }

  /** A last piece with room in it; a new one has room for what comes now, at least. */
  #room(bytes: number): Buffer {
    const last = this.#pieces.at(-1);
    if (last !== undefined && this.#filled < last.length) return last;
    const doubled = Math.min(Math.max(this.#length, pieceBytesLeast), pieceBytesMost);
    const size = Math.min(Math.max(bytes, doubled), this.#bytesMax - this.#length);
    const piece = Buffer.alloc(size);
    this.#pieces.push(piece);
    this.#filled = 0;
    return piece;
  }
}
