import { assert } from '../../shared/assert.ts';
import { rangeEntriesMax } from '../limits.ts';

/** Limits of the mount table and of what the core keeps of a namespace's records. */

/** Mounts of one namespace: the table is read whole. */
export const mountsMax = 1_000;
/** Characters of a mount's description, and entries of its lists of headers and keys. */
export const mountDescriptionCharactersMax = 1_024;
export const mountListItemsMax = 100;
/** Decoded records (tokens, above all) kept by revision. */
export const cachedRecordsMax = 4_096;

assert(mountsMax <= rangeEntriesMax, 'the table is one page');
