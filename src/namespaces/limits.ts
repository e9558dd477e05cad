/** Limits of the mount table and of what the core keeps of a namespace's records. */
import { assert } from '../../shared/assert.ts';
import { transactionBytesMax } from '../limits.ts';

/** Mounts of one namespace: the table is read whole. */
export const mountsMax = 1_000;
/** Characters of a mount's description, and of each name and value of its settings. */
export const mountDescriptionCharactersMax = 1_024;
export const mountSettingCharactersMax = 256;
/** Items of a mount's lists of headers and keys, and its options. */
export const mountListItemsMax = 100;
export const mountOptionsMax = 32;
/** Decoded records (tokens, above all) kept by revision, and bytes of their keys and values. */
export const cachedRecordsMax = 4_096;
export const cachedRecordsBytesMax = 8_388_608;

assert(cachedRecordsBytesMax / 2 > transactionBytesMax, 'the largest record can be kept');
