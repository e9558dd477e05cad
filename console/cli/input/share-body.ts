import { failure } from '../../../shared/errors/failure.ts';
import { secretBytes } from '../../../shared/secret-bytes.ts';

/**
 * The body of a request that carries a share: JSON made of bytes, so that the share never becomes a
 * string. The caller zeroes both.
 */
export function shareBody(share: Uint8Array, nonce?: string): Uint8Array<ArrayBuffer> {
  if (!share.every(isShareCharacter)) {
    throw failure('cli.input-malformed', {
      source: 'the share',
      expected: 'one',
      reason: 'it has characters that no share has; enter it without spaces or quotes',
    });
  }
  const head = Buffer.from('{"key":"');
  const tail = Buffer.from(nonce === undefined ? '"}' : `","nonce":${JSON.stringify(nonce)}}`);
  const body = secretBytes(head.length + share.length + tail.length);
  body.set(head);
  body.set(share, head.length);
  body.set(tail, head.length + share.length);
  return body;
}

/** Letters, digits and the other characters of base64: none of them means anything in JSON. */
function isShareCharacter(byte: number): boolean {
  const letter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
  const digit = byte >= 0x30 && byte <= 0x39;
  return letter || digit || [0x2b, 0x2f, 0x3d, 0x2d, 0x5f].includes(byte);
}
