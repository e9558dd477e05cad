/**
 * Making a root token from shares: a quorum of share holders proves that it holds the unseal key,
 * and gets a root token that only whoever started the attempt can read. The token comes back with a
 * one-time pad over it (XOR), and the pad was given once, at the start (Vault's scheme).
 */
import { encodeBase64 } from '../../shared/encoding/base64.ts';
import { utf8Encode } from '../../shared/encoding/utf8.ts';
import { failure } from '../../shared/errors/failure.ts';
import type { Random } from '../ports/random.ts';
import type { Quorum } from '../seal/quorum.ts';
import type { Seal } from '../seal/seal.ts';
import { newServiceToken, randomBase62 } from '../tokens/token-secret.ts';

/** The state of an attempt, as it may be shown. */
export interface RootGenerationStatus {
  readonly nonce: string;
  readonly started: boolean;
  readonly progress: number;
  readonly required: number;
}

interface Running {
  readonly quorum: Quorum;
  /** ASCII, as long as a token. */
  readonly pad: Uint8Array;
}

export class RootGeneration {
  readonly #seal: Seal;
  readonly #random: Random;
  /** Characters of every token made here, and of every pad. */
  readonly padCharacters: number;
  #running: Running | undefined;

  constructor(seal: Seal, random: Random) {
    this.#seal = seal;
    this.#random = random;
    this.padCharacters = newServiceToken({ bytes: (count) => new Uint8Array(count) }).length;
  }

  status(): RootGenerationStatus {
    const quorum = this.#current()?.quorum;
    const required = this.#seal.status().threshold;
    if (quorum === undefined) return { nonce: '', started: false, progress: 0, required };
    const { progress } = quorum.snapshot();
    return { nonce: quorum.nonce, started: true, progress, required };
  }

  /** Starts an attempt and returns its pad. Throws `seal.ceremony-running`. */
  start(): string {
    const quorum = this.#seal.startQuorum('generate-root');
    const pad = randomBase62(this.#random, this.padCharacters);
    this.#drop();
    this.#running = { quorum, pad: utf8Encode(pad) };
    return pad;
  }

  /**
   * Enters a share. Once the quorum is complete, `makeToken` is called and the token is returned
   * under its pad; before, undefined. Throws `system.generate-root-not-started` and what the quorum
   * throws.
   */
  async submit(
    share: Uint8Array,
    nonce: string,
    makeToken: () => Promise<string>,
  ): Promise<string | undefined> {
    const running = this.#current();
    if (running === undefined) throw failure('system.generate-root-not-started');
    const { complete } = running.quorum.submit(share, nonce);
    if (!complete) return undefined;
    // The attempt is over, and its pad this call's alone: whoever looks, cancels or begins anew
    // while the token is made would else zero it, and the token would leave in clear.
    this.#running = undefined;
    try {
      return padded(await makeToken(), running.pad);
    } finally {
      running.pad.fill(0);
    }
  }

  /** Ends the attempt. With a nonce, only the attempt of that nonce. */
  cancel(nonce: string | undefined): void {
    const running = this.#current();
    if (running === undefined) return;
    if (nonce !== undefined && nonce !== running.quorum.nonce) throw failure('seal.nonce-mismatch');
    running.quorum.cancel();
    this.#drop();
  }

  /** The attempt that runs; one that has timed out or was sealed away is dropped. */
  #current(): Running | undefined {
    if (this.#running?.quorum.ended === true) this.#drop();
    return this.#running;
  }

  #drop(): void {
    this.#running?.pad.fill(0);
    this.#running = undefined;
  }
}

/** Unpadded base64 of the token XOR the pad. */
function padded(token: string, pad: Uint8Array): string {
  const bytes = xorInto(utf8Encode(token), pad);
  const text = encodeBase64(bytes).replace(/=+$/u, '');
  bytes.fill(0);
  return text;
}

/** Puts bytes XOR pad in the place of the bytes, and returns them. */
export function xorInto(bytes: Uint8Array, pad: Uint8Array): Uint8Array {
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] = (bytes[index] ?? 0) ^ (pad[index] ?? 0);
  }
  return bytes;
}
