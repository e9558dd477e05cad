/**
 * The program's ends of sealed shares (shared/control/sealed-share.ts): a share on its way to the
 * ceremony's key, and the boxes of a new cluster. Every key here is one-time.
 */
import { hash, randomBytes } from 'node:crypto';
import type { SealedShareBox } from '../../shared/control/methods.ts';
import { boxKeyOf, openSecretBox, sealSecretBox } from '../../shared/control/secret-box.ts';
import {
  bindingBytes,
  boxKeyBytes,
  boxNonceBytes,
  initBinding,
  type ShareBinding,
  shareBindingBytes,
} from '../../shared/control/sealed-share.ts';
import { decodeBase64, encodeBase64 } from '../../shared/encoding/base64.ts';
import { failure, isFailure } from '../../shared/errors/failure.ts';
import { copySecret, secretBytes } from '../../shared/secret-bytes.ts';
import { naclPrimitives } from '../keys/nacl-primitives.ts';
import { PlatformKey } from '../keys/platform-keys.ts';

/** Seals the text of a share to the ceremony's key (base64). Throws `entry.key-unusable`. */
export function sealShare(
  text: Uint8Array,
  ceremonyKey: string,
  binding: ShareBinding,
): SealedShareBox {
  const sender = PlatformKey.generate('x25519');
  const key = agreedKey(sender, ceremonyKey);
  if (key === undefined) throw failure('entry.key-unusable');
  const nonce = randomBytes(boxNonceBytes);
  const plaintext = secretBytes(bindingBytes + text.length);
  plaintext.set(bindingHash(binding));
  plaintext.set(text, bindingBytes);
  const ciphertext = sealSecretBox(naclPrimitives, { key, nonce }, plaintext);
  plaintext.fill(0);
  key.fill(0);
  return {
    sender: encodeBase64(sender.publicKey),
    nonce: encodeBase64(nonce),
    ciphertext: encodeBase64(ciphertext),
    holder: binding.holder,
  };
}

/** Receives the boxes of one founding. */
export class BoxReceiver {
  readonly #key = PlatformKey.generate('x25519');
  /** Base64. */
  readonly publicKey: string = encodeBase64(this.#key.publicKey);

  /**
   * What is in the box of that name, for the caller to zero; undefined if it is not for us, or of
   * another name.
   */
  open(sender: string, box: string, name: string): Uint8Array<ArrayBuffer> | undefined {
    const bytes = bytesOf(box);
    const key = agreedKey(this.#key, sender);
    if (bytes === undefined || key === undefined || bytes.length < boxNonceBytes) return undefined;
    const nonce = bytes.subarray(0, boxNonceBytes);
    const opened = openSecretBox(naclPrimitives, { key, nonce }, bytes.subarray(boxNonceBytes));
    key.fill(0);
    if (opened === undefined) return undefined;
    const expected = bindingHash(initBinding(this.publicKey, name));
    const bound = Buffer.compare(opened.subarray(0, bindingBytes), expected) === 0;
    const content = bound ? copySecret(opened, bindingBytes) : undefined;
    opened.fill(0);
    return content;
  }
}

function agreedKey(own: PlatformKey, other: string): Uint8Array | undefined {
  const publicKey = bytesOf(other);
  if (publicKey?.length !== boxKeyBytes) return undefined;
  const agreed = own.agree(publicKey);
  if (agreed === undefined) return undefined;
  const key = boxKeyOf(naclPrimitives, agreed);
  agreed.fill(0);
  return key;
}

function bytesOf(text: string): Uint8Array | undefined {
  try {
    return decodeBase64(text);
  } catch (error) {
    if (isFailure(error, 'encoding.invalid')) return undefined;
    throw error;
  }
}

function bindingHash(binding: ShareBinding): Uint8Array {
  return hash('sha256', shareBindingBytes(binding), 'buffer');
}
