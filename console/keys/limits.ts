import { assert } from '../../shared/assert.ts';

/** What bounds operators' key files. */

/** Characters of a new pass-phrase; white space around it does not count. */
export const passphraseBytesMin = 12;
/** RFC 9106 section 4, the choice for hosts without 2 GiB to spare. */
export const keyFileMemoryKibibytes = 65_536;
export const keyFilePasses = 3;
export const keyFileLanes = 4;
/** What a file may ask for: more would be somebody's attempt to stop us. */
export const keyFileMemoryKibibytesMax = 1_048_576;
export const keyFilePassesMax = 16;
export const keyFileLanesMax = 16;
export const keyFileSaltBytes = 16;

assert(keyFileMemoryKibibytes <= keyFileMemoryKibibytesMax, 'files made here are read here');
assert(keyFilePasses <= keyFilePassesMax, 'files made here are read here');
assert(keyFileLanes <= keyFileLanesMax, 'files made here are read here');
