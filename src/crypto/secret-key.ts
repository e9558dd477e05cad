import { createSecretKey, KeyObject } from 'node:crypto';

import { assert } from '../../shared/assert.ts';

/** Shorter keys are refused: they are a mistake, not a choice. */
const keyBytesMin = 16;

declare const shared: unique symbol;

/**
 * A key for another thread of this process: the platform's key object, which a message can carry.
 * Both threads hold one memory; it is cleared when the last of them has dropped it.
 */
export interface SharedKey {
  readonly [shared]: true;
}

/** Reads the private field for the other files of this folder; set by the class itself. */
let handleOf: (key: SecretKey) => KeyObject;

/**
 * A symmetric key outside the JavaScript heap, made once and used many times: a raw buffer as key
 * costs 13 µs a call. The bytes cannot be read back. Its memory is cleared when the collector takes
 * the object, so `destroy` only drops it: sealing destroys the keys and then forces a collection.
 */
export class SecretKey {
  #handle: KeyObject | undefined;

  /** Copies the bytes (at least 16), which the caller zeroes; or shares another thread's key. */
  constructor(source: Uint8Array | SharedKey) {
    this.#handle = source instanceof Uint8Array ? copied(source) : received(source);
  }

  /** For a message to another thread. */
  share(): SharedKey {
    return handleOf(this) as unknown as SharedKey;
  }

  /** Drops the key. Using it afterwards is a programmer error. */
  destroy(): void {
    this.#handle = undefined;
  }

  /** Whether both hold the same bytes; takes the same time wherever they differ. */
  equals(other: SecretKey): boolean {
    return handleOf(this).equals(handleOf(other));
  }

  static {
    handleOf = (key) => {
      const handle = key.#handle;
      assert(handle !== undefined, 'a destroyed key is not used');
      return handle;
    };
  }
}

function copied(bytes: Uint8Array): KeyObject {
  assert(bytes.length >= keyBytesMin, 'a key has at least 16 bytes');
  return createSecretKey(bytes);
}

function received(source: SharedKey): KeyObject {
  const handle: unknown = source;
  assert(handle instanceof KeyObject && handle.type === 'secret', 'a secret key was shared');
  return handle;
}

/** For this folder only: the platform's key object, typed so that no declaration names Node. */
export function platformKey(key: SecretKey): object {
  return handleOf(key);
}
