/** Limits of ceremonies. */

/** A half-entered set of shares is dropped after this time without a further share. */
export const ceremonyIdleTimeoutMs = 15 * 60 * 1_000;

/** Wrong shares answered with their reason in any one second; more are told to wait. */
export const wrongSharesPerSecondMax = 10;
