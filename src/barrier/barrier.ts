/**
 * The barrier seals values before they reach the store and opens them after. It holds the keyrings
 * of the namespaces while the agent is unsealed and nothing while it is sealed.
 */
export interface Barrier {
  /** Whether keys are held. */
  readonly unsealed: boolean;

  /**
   * Makes sure that `count` further values may be sealed under the namespace's current term, by
   * reserving key uses in the store ahead of use. Throws `request.sealed`.
   */
  reserve(namespace: string, count: number): Promise<void>;

  /**
   * Seals a value to its namespace and store key (both are additional data) under a fresh DEK.
   * Throws `request.sealed`; asserts that uses were reserved.
   */
  seal(namespace: string, key: string, plaintext: Uint8Array): Uint8Array<ArrayBuffer>;

  /**
   * Opens what `seal` made. Throws `request.sealed`, `barrier.term-unknown` (see `learn`), or
   * `barrier.corrupt` for anything that does not authenticate: moved to another key, altered,
   * truncated, of an unknown format.
   */
  open(namespace: string, key: string, envelope: Uint8Array): Uint8Array<ArrayBuffer>;

  /**
   * Reads the keyring again for a value that `open` has found to be of an unknown term: another
   * thread or agent may have rotated it. Throws `barrier.corrupt` if the stored one has no such
   * term either, and any other error as it is.
   */
  learn(error: unknown): Promise<void>;
}
