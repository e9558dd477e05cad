import { encodeBase64Bytes } from '../../shared/encoding/base64.ts';

/**
 * PEM (RFC 7468) of a private key, as bytes that can be zeroed; OpenSSL takes keys in no other
 * form.
 */

const begin = Buffer.from('-----BEGIN PRIVATE KEY-----\n');
const end = Buffer.from('-----END PRIVATE KEY-----\n');
const lineBytes = 64;
const NEWLINE = 0x0a;

/** PEM bytes of a PKCS#8 key in DER. The receiver zeroes them. */
export function pemOfKey(der: Uint8Array): Buffer {
  const digits = encodeBase64Bytes(der);
  const lines = Math.ceil(digits.length / lineBytes);
  const text = Buffer.alloc(begin.length + digits.length + lines + end.length);
  let at = begin.copy(text);
  for (let start = 0; start < digits.length; start += lineBytes) {
    const line = digits.subarray(start, start + lineBytes);
    text.set(line, at);
    text[at + line.length] = NEWLINE;
    at += line.length + 1;
  }
  end.copy(text, at);
  digits.fill(0);
  return text;
}
