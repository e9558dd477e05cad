import { assert } from './assert.ts';

/**
 * Limits that two processes must agree on. Each room keeps its own limits in a file of this name;
 * every maximum has its unit in the name, and the relations between them are asserted.
 */

/** A request's path after `/v1/`, as UTF-8: leaves room for a mount's prefix in a store key. */
export const pathBytesMax = 400;
/** One segment of a path, or one name (policy, role, mount), as UTF-8. */
export const nameBytesMax = 256;
/** A request body, unless the configuration says less. */
export const requestBytesMax = 1_048_576;
/** Depth, values and string size of a request's JSON, refused before anything is allocated. */
export const jsonDepthMax = 100;
export const jsonTokensMax = 10_000;
/** A token as a client sends it: a batch token carries its policies and meta, sealed. */
export const tokenBytesMax = 4_096;

assert(nameBytesMax < pathBytesMax, 'a name fits in a path');
