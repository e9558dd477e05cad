/**
 * Boxes for whoever asked for a new cluster: each share and the root token, sealed to the
 * receiver's one-time key, so that only the process that shows them can read them.
 */
import { assert } from '../../shared/assert.ts';
import { boxKeyOf, sealSecretBox } from '../../shared/control/secret-box.ts';
import {
  bindingBytes,
  boxKeyBytes,
  boxNonceBytes,
  initBinding,
  shareBindingBytes,
  sealedShareTextBytesMax,
} from '../../shared/control/sealed-share.ts';
import { decodeBase64, encodeBase64 } from '../../shared/encoding/base64.ts';
import { failure, isFailure } from '../../shared/errors/failure.ts';
import { secretBytes } from '../../shared/secret-bytes.ts';
import { sha256 } from '../../src/crypto/sha256.ts';
import { AgreementKey, isLowOrder } from '../../src/crypto/x25519.ts';
import type { NamedSecret, SealedSecrets } from '../../src/ports/ceremony-keys.ts';
import type { Random } from '../../src/ports/random.ts';
import { naclPrimitives } from './nacl-primitives.ts';

/**
 * A receiver is checked before anything that cannot be taken back is done. Throws
 * `share.receiver-invalid`.
 */
export function checkReceiver(receiver: string): void {
  if (isLowOrder(receiverKey(receiver))) throw failure('share.receiver-invalid');
}

/** Seals each secret to the receiver's public key (base64). Throws `share.receiver-invalid`. */
export function sealFor(
  receiver: string,
  secrets: readonly NamedSecret[],
  random: Random,
): SealedSecrets {
  const secret = random.bytes(boxKeyBytes);
  const sender = new AgreementKey(secret);
  secret.fill(0);
  const key = keyFor(sender, receiver);
  sender.destroy();
  try {
    const boxes = secrets.map((named) => sealOne({ key, receiver, random }, named));
    return { sender: encodeBase64(sender.publicKey), boxes };
  } finally {
    key.fill(0);
  }
}

function keyFor(sender: AgreementKey, receiver: string): Uint8Array {
  const agreed = sender.agree(receiverKey(receiver));
  if (agreed === undefined) throw failure('share.receiver-invalid');
  const key = boxKeyOf(naclPrimitives, agreed);
  agreed.fill(0);
  return key;
}

function receiverKey(receiver: string): Uint8Array {
  try {
    const key = decodeBase64(receiver);
    if (key.length === boxKeyBytes) return key;
  } catch (error) {
    if (!isFailure(error, 'encoding.invalid')) throw error;
  }
  throw failure('share.receiver-invalid');
}

function sealOne(
  room: { readonly key: Uint8Array; readonly receiver: string; readonly random: Random },
  { name, bytes }: NamedSecret,
): string {
  assert(bytes.length >= 1, 'there is something to seal');
  assert(bytes.length <= sealedShareTextBytesMax, 'a secret fits its box');
  const nonce = room.random.bytes(boxNonceBytes);
  const plaintext = secretBytes(bindingBytes + bytes.length);
  plaintext.set(sha256(shareBindingBytes(initBinding(room.receiver, name))));
  plaintext.set(bytes, bindingBytes);
  const sealed = sealSecretBox(naclPrimitives, { key: room.key, nonce }, plaintext);
  plaintext.fill(0);
  const box = new Uint8Array(nonce.length + sealed.length);
  box.set(nonce);
  box.set(sealed, nonce.length);
  return encodeBase64(box);
}
