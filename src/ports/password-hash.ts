/** Slow hashing of passwords: native code on other threads, so a port. */
export interface PasswordHash {
  /**
   * The tag of Argon2id, version 1.3 (RFC 9106). Throws `runtime.overloaded` when too many hashes
   * wait. The arrays stay the caller's; no copy of the password is kept.
   */
  argon2id(request: Argon2idRequest): Promise<Uint8Array<ArrayBuffer>>;
}

/** Inputs and costs, in the words of RFC 9106 section 3.1. */
export interface Argon2idRequest {
  readonly password: Uint8Array;
  /** At least 8 bytes; 16 are recommended. */
  readonly salt: Uint8Array;
  /** At least 8 for each lane. */
  readonly memoryKib: number;
  readonly passes: number;
  readonly lanes: number;
  /** At least 4. */
  readonly tagBytes: number;
  readonly secret?: Uint8Array;
  readonly associatedData?: Uint8Array;
}
