import { failure } from '../../../../shared/errors/failure.ts';

/**
 * Takes the one-time pad off an encoded root token, as Vault's API has it: unpadded base64 of the
 * token's bytes XOR those of the pad.
 */
export function decodeRootToken(encoded: string, pad: Uint8Array): string {
  const bytes = Buffer.from(encoded, 'base64');
  const token = bytes.map((byte, index) => byte ^ (pad[index] ?? 0));
  const text = Buffer.from(token).toString('latin1');
  if (bytes.length > 0 && bytes.length === pad.length && /^[\u0021-\u007e]+$/u.test(text)) {
    return text;
  }
  throw failure('cli.input-malformed', {
    source: 'the encoded token',
    expected: 'one that this pad decodes',
    reason: 'their lengths differ, or the pad belongs to another attempt',
  });
}
