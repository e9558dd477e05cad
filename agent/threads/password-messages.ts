/**
 * Password hashes for a request thread, computed by the thread that may load the add-on. The bytes
 * of a call are made for it and handed over, not cloned: no copy stays behind on this side, and the
 * other side zeroes what is secret when the hash is made.
 */
import type { Argon2idRequest } from '../../src/ports/password-hash.ts';
import type { FailureMessage } from './failure-message.ts';

export interface PasswordCall {
  readonly id: number;
  readonly request: Argon2idRequest;
}

export type PasswordNews =
  | { readonly kind: 'hashed'; readonly id: number; readonly tag: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'refused'; readonly id: number; readonly failure: FailureMessage };
