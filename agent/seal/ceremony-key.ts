/**
 * The key that shares are sealed to on their way in (shared/control/sealed-share.ts): made for one
 * nonce of a ceremony and dropped with it, so that a box kept by a relay opens for nobody later.
 */
import { assert } from '../../shared/assert.ts';
import { boxKeyOf, openSecretBox } from '../../shared/control/secret-box.ts';
import type { SealedShareBox } from '../../shared/control/methods.ts';
import {
  bindingBytes,
  boxKeyBytes,
  boxNonceBytes,
  boxOverheadBytes,
  type ShareBinding,
  sealedShareTextBytesMax,
  shareBindingBytes,
} from '../../shared/control/sealed-share.ts';
import { decodeBase64, encodeBase64 } from '../../shared/encoding/base64.ts';
import { failure, isFailure } from '../../shared/errors/failure.ts';
import { copySecret } from '../../shared/secret-bytes.ts';
import { equalConstantTime } from '../../src/crypto/compare.ts';
import { sha256 } from '../../src/crypto/sha256.ts';
import { AgreementKey } from '../../src/crypto/x25519.ts';
import type { Random } from '../../src/ports/random.ts';
import { naclPrimitives } from './nacl-primitives.ts';

const ciphertextBytesMax = boxOverheadBytes + bindingBytes + sealedShareTextBytesMax;

export class CeremonyKey {
  readonly #key: AgreementKey;
  /** X25519, base64. */
  readonly publicKey: string;

  constructor(random: Random) {
    const secret = random.bytes(boxKeyBytes);
    this.#key = new AgreementKey(secret);
    secret.fill(0);
    this.publicKey = encodeBase64(this.#key.publicKey);
  }

  /**
   * The text of the share in a box, for the caller to zero. Throws `share.box-unreadable` for what
   * was not sealed to this key, `share.box-foreign` for what was sealed for another binding.
   */
  open(box: SealedShareBox, binding: ShareBinding): Uint8Array<ArrayBuffer> {
    assert(box.holder === binding.holder, 'a box is opened under the name that came with it');
    const plaintext = this.#decrypt(box);
    try {
      return boundText(plaintext, binding);
    } finally {
      plaintext.fill(0);
    }
  }

  /** Drops the key: the boxes sealed to it are lost. */
  destroy(): void {
    this.#key.destroy();
  }

  #decrypt({ sender, nonce, ciphertext }: SealedShareBox): Uint8Array {
    const [senderBytes, nonceBytes] = [field(sender, boxKeyBytes), field(nonce, boxNonceBytes)];
    const sealed = field(ciphertext, ciphertextBytesMax);
    if (senderBytes.length !== boxKeyBytes || nonceBytes.length !== boxNonceBytes) {
      throw failure('share.box-unreadable');
    }
    const agreed = this.#key.agree(senderBytes);
    if (agreed === undefined) throw failure('share.box-unreadable');
    const key = boxKeyOf(naclPrimitives, agreed);
    const opened = openSecretBox(naclPrimitives, { key, nonce: nonceBytes }, sealed);
    agreed.fill(0);
    key.fill(0);
    if (opened === undefined) throw failure('share.box-unreadable');
    return opened;
  }
}

/** Bytes of a part of a box; what cannot be one is as unreadable as a wrong one. */
function field(text: string, bytesMax: number): Uint8Array {
  if (text.length > Math.ceil(bytesMax / 3) * 4) throw failure('share.box-unreadable');
  try {
    return decodeBase64(text);
  } catch (error) {
    if (isFailure(error, 'encoding.invalid')) throw failure('share.box-unreadable');
    throw error;
  }
}

function boundText(plaintext: Uint8Array, binding: ShareBinding): Uint8Array<ArrayBuffer> {
  const textBytes = plaintext.length - bindingBytes;
  if (textBytes < 1 || textBytes > sealedShareTextBytesMax) throw failure('share.box-unreadable');
  const expected = sha256(shareBindingBytes(binding));
  if (!equalConstantTime(plaintext.subarray(0, bindingBytes), expected)) {
    throw failure('share.box-foreign');
  }
  return copySecret(plaintext, bindingBytes);
}
