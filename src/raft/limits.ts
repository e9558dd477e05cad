/** Limits of the Raft core that hold everywhere. */

/** Changes of single members in one configuration change. */
export const confChangesMax = 255;
/** Highest node id, in ids: it takes 32 bits in a configuration change. */
export const nodeIdsMax = 4_294_967_295;
/** Reads that a leader holds until it has committed in its term; more are refused. */
export const heldReadsMax = 1_000;
