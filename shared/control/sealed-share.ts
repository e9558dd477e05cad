/**
 * How a share travels so that no relay, log or screen holds it in clear: an X25519 box (NaCl
 * `crypto_box`, https://nacl.cr.yp.to/box.html) whose plaintext is a hash of the ceremony and then
 * the share. The hash binds the box to one ceremony, one nonce, one plan and one holder: a box that
 * is replayed into another attempt, or under another name, opens and is refused.
 */
import { assert } from '../assert.ts';
import { utf8Encode } from '../encoding/utf8.ts';

export const boxKeyBytes = 32;
export const boxNonceBytes = 24;
/** What the box adds: Poly1305's tag. */
export const boxOverheadBytes = 16;
export const bindingBytes = 32;
/** Bytes of the longest share text in a box: a framed share with slack. */
export const sealedShareTextBytesMax = 128;
export const holderCharactersMax = 64;

export interface ShareBinding {
  /** `init` or `unseal`, and the cluster's id where there is one. */
  readonly ceremony: string;
  /** Of the ceremony's snapshot. */
  readonly nonce: string;
  /** Hash of the plan, once ceremonies have one; empty until then. */
  readonly plan: string;
  readonly holder: string;
}

/** What is hashed (SHA-256) into the first `bindingBytes` of a box's plaintext. */
export function shareBindingBytes(binding: ShareBinding): Uint8Array {
  const parts = [binding.ceremony, binding.nonce, binding.plan, binding.holder];
  assert(
    parts.every((part) => !part.includes('\0')),
    'parts of a binding hold no NUL',
  );
  return utf8Encode(['strongbox/share-binding/1', ...parts].join('\0'));
}

/** What the root token's box of an init ceremony is called; a share's is named by its index. */
export const initTokenName = 'root-token';

export function initShareName(index: number): string {
  return `share/${index}`;
}

/**
 * The binding of a box that the agent makes at init: the receiver's key is one-time, so it stands
 * for the attempt, and the box's name for the holder. Such a box is base64 of nonce and ciphertext.
 */
export function initBinding(receiver: string, name: string): ShareBinding {
  return { ceremony: 'init', nonce: receiver, plan: '', holder: name };
}
