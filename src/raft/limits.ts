/** Limits of the Raft core that hold everywhere. */

/** Changes of single members in one configuration change. */
export const confChangesMax = 255;
/** Highest node id, in ids: it takes 32 bits in a configuration change. */
export const nodeIdsMax = 4_294_967_295;
/** Reads that wait on a leader, for its first commit or for a quorum; more are refused. */
export const leaderReadsMax = 1_000;
