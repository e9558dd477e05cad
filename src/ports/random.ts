/** Where every random byte comes from: the platform's generator, or a seed in a simulation. */
export interface Random {
  /**
   * `count` fresh bytes; the caller owns (and may zero) the array, whose memory lies outside of
   * V8's heap (shared/secret-bytes.ts).
   */
  bytes(count: number): Uint8Array<ArrayBuffer>;
}
