/**
 * One-time keys that shares are sealed to on their way in, and boxes for whoever founds a cluster
 * (shared/control/sealed-share.ts). Boxes need primitives that come from a package.
 */
import type { SealedShareBox } from '../../shared/control/methods.ts';
import type { ShareBinding } from '../../shared/control/sealed-share.ts';

export interface CeremonyKeys {
  /** A new key pair, for one nonce of a ceremony. */
  make(): CeremonyKey;
  /** Throws `share.receiver-invalid` unless the text is an X25519 public key in base64. */
  checkReceiver(receiver: string): void;
  /** Seals each secret, which stays the caller's. Throws `share.receiver-invalid`. */
  sealFor(receiver: string, secrets: readonly NamedSecret[]): SealedSecrets;
}

export interface CeremonyKey {
  /** Base64. */
  readonly publicKey: string;
  /**
   * The text of the share in a box, for the caller to zero; `binding.holder` is the box's. Throws
   * `share.box-unreadable`, `share.box-foreign`.
   */
  open(box: SealedShareBox, binding: ShareBinding): Uint8Array;
  /** Drops the key. */
  destroy(): void;
}

export interface NamedSecret {
  /** `initShareName(index)` or `initTokenName`: it is bound into the box. */
  readonly name: string;
  /** Stays the caller's. */
  readonly bytes: Uint8Array;
}

export interface SealedSecrets {
  /** The one-time public key of these boxes, base64. */
  readonly sender: string;
  /** In the order of the secrets; base64 of nonce and ciphertext. */
  readonly boxes: readonly string[];
}
