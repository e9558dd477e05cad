/**
 * The primitives of NaCl's boxes from the `tweetnacl` package, whose low level its types leave out.
 * Those used here keep no key: what they allocate is public or covers no byte of a message
 * (shared/control/secret-box.ts). X25519 is the platform's (src/crypto/x25519.ts), because the
 * package's leaves the secret key in the JavaScript heap.
 */
import nacl from 'tweetnacl';

import { utf8Encode } from '../../shared/encoding/utf8.ts';
import type { BoxPrimitives } from '../../shared/control/secret-box.ts';

interface LowLevel {
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

const { lowlevel } = nacl as unknown as { readonly lowlevel: LowLevel };
const sigma = utf8Encode('expand 32-byte k');

export const naclPrimitives: BoxPrimitives = {
  hsalsa20(out, input, key) {
    lowlevel.crypto_core_hsalsa20(out, input, key, sigma);
  },
  salsa20Xor(target, nonce, key) {
    lowlevel.crypto_stream_salsa20_xor(target, 0, target, 0, target.length, nonce, key);
  },
  poly1305(out, message, key) {
    lowlevel.crypto_onetimeauth(out, 0, message, 0, message.length, key);
  },
};
