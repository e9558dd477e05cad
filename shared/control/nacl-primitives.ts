/**
 * The primitives of NaCl's boxes out of the low level of the `tweetnacl` package (1.0.3), which its
 * types leave out. Those used here keep no key: what they allocate is public, or covers no byte of
 * a message (secret-box.ts). X25519 is the platform's instead, because the package's leaves the
 * secret key in the JavaScript heap.
 */
import { utf8Encode } from '../encoding/utf8.ts';
import type { BoxPrimitives } from './secret-box.ts';

/** The part of the package's `lowlevel` that is needed. */
export interface NaclLowLevel {
  crypto_core_hsalsa20(out: Uint8Array, input: Uint8Array, key: Uint8Array, c: Uint8Array): void;
  crypto_stream_salsa20_xor(...parameters: StreamParameters): void;
  crypto_onetimeauth(...parameters: AuthenticatorParameters): void;
}

type StreamParameters = readonly [
  out: Uint8Array,
  outAt: number,
  message: Uint8Array,
  messageAt: number,
  count: number,
  nonce: Uint8Array,
  key: Uint8Array,
];

type AuthenticatorParameters = readonly [
  out: Uint8Array,
  outAt: number,
  message: Uint8Array,
  messageAt: number,
  count: number,
  key: Uint8Array,
];

const sigma = utf8Encode('expand 32-byte k');

/** The primitives of a loaded package. */
export function primitivesOf(lowLevel: NaclLowLevel): BoxPrimitives {
  return {
    hsalsa20(out, input, key) {
      lowLevel.crypto_core_hsalsa20(out, input, key, sigma);
    },
    salsa20Xor(target, nonce, key) {
      lowLevel.crypto_stream_salsa20_xor(target, 0, target, 0, target.length, nonce, key);
    },
    poly1305(out, message, key) {
      lowLevel.crypto_onetimeauth(out, 0, message, 0, message.length, key);
    },
  };
}
