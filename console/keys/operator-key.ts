/** An operator's two keys, opened: they sign and agree, and cannot be read. */
import { hash } from 'node:crypto';
import {
  type ChallengeBinding,
  challengeMessage,
  fingerprintInput,
  operatorFingerprint,
  type OperatorKeys,
  registrationMessage,
} from '../../shared/control/operator.ts';
import { PlatformKey } from './platform-keys.ts';

export class OperatorKey {
  readonly publicKeys: OperatorKeys;
  readonly #signing: PlatformKey;
  readonly #box: PlatformKey;

  /** Copies the secrets (Ed25519 seed, X25519 key); the caller zeroes its own. */
  constructor(secrets: { readonly signing: Uint8Array; readonly box: Uint8Array }) {
    this.#signing = PlatformKey.fromSecret('ed25519', secrets.signing);
    this.#box = PlatformKey.fromSecret('x25519', secrets.box);
    this.publicKeys = { signingKey: this.#signing.publicKey, boxKey: this.#box.publicKey };
  }

  get fingerprint(): string {
    return fingerprintOf(this.publicKeys);
  }

  /** What registers the keys under a name in its canonical spelling. */
  signRegistration(name: string): Uint8Array {
    return this.#signing.sign(registrationMessage(name, this.publicKeys));
  }

  /** What `prove` answers to a nonce of `challenge`. */
  signChallenge(binding: ChallengeBinding): Uint8Array {
    return this.#signing.sign(challengeMessage(binding));
  }

  /** The secret shared with whoever sealed something to the box key; the caller zeroes it. */
  agree(sender: Uint8Array): Uint8Array | undefined {
    return this.#box.agree(sender);
  }
}

/** What people compare: of both keys, as the agent shows it, too. */
function fingerprintOf(keys: OperatorKeys): string {
  return operatorFingerprint(hash('sha256', fingerprintInput(keys), 'buffer'));
}
