/** Limits of ceremonies. */

/** A half-entered set of shares is dropped after this time without a further share. */
export const ceremonyIdleTimeoutMs = 15 * 60 * 1_000;

/** Wrong shares answered with their reason in any one second; more are told to wait. */
export const wrongSharesPerSecondMax = 10;

/**
 * Resets that drop something. Anybody who reaches a sealed node may ask for one, as with Vault, and
 * nobody needs one: a wrong share costs nothing, and what was entered goes by itself in time.
 * Spread evenly they leave six minutes between two of them, in which a ceremony can be held.
 */
export const resetsPerHourMax = 10;
