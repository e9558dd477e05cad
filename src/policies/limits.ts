/** Limits of stored policies. */

/** Names that one LIST of policies answers. */
export const policiesListMax = 100_000;
/** Compiled sets of policies that are kept. */
export const compiledAclsMax = 256;
