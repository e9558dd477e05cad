import type { IncomingMessage } from 'node:http';
import { failure, type StrongBoxError } from '../../shared/errors/failure.ts';
import type { Framing } from './verb-shim.ts';

/**
 * Reads a body into memory of its own that can be zeroed, and zeroes the network's copy on the way:
 * unseal shares and passwords pass here.
 */

const empty = Buffer.alloc(0);
/** Room made at first for a body of unknown length. */
const chunkedBytesFirst = 4_096;

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
  let body: Buffer = Buffer.alloc(framing.kind === 'length' ? framing.bytes : chunkedBytesFirst);
  let length = 0;
  let settled = false;
  /**
   * The connection may fail once more while the handler uses the body: only the first end counts.
   */
  const refuse = (error: StrongBoxError): void => {
    if (settled) return;
    settled = true;
    body.fill(0);
    reject(error);
  };
  request.on('data', (chunk: Buffer) => {
    if (settled) return;
    if (length + chunk.length > requestBytesMax) {
      return refuse(failure('http.body-too-large', { requestBytesMax }));
    }
    if (length + chunk.length > body.length) body = grown(body, length + chunk.length);
    chunk.copy(body, length);
    chunk.fill(0);
    length += chunk.length;
  });
  request.on('end', () => {
    settled = true;
    resolve(body.subarray(0, length));
  });
  request.on('error', () => refuse(failure('http.malformed')));
  return promise;
}

/** A larger copy; the smaller one is zeroed. */
function grown(body: Buffer, bytesNeeded: number): Buffer {
  const larger = Buffer.alloc(Math.max(bytesNeeded, body.length * 2));
  body.copy(larger);
  body.fill(0);
  return larger;
}
