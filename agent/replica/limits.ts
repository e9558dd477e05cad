/** Limits of the data folder and the store in it. */
import { assert } from '../../shared/assert.ts';
import { timerDelayMsMax, transactionBytesMax } from '../../src/limits.ts';
import { commitBatchBytesMax, knownEntriesBytesMax } from '../limits.ts';

/** Commits that are made durable with one sync. */
export const commitsPerBatchMax = 256;
/** Keys read by one statement. */
export const readBatchKeysMax = 256;
/** How often cluster time that only reads were told is made durable. */
export const clusterTimePersistMs = 60_000;
/**
 * Pages in the write-ahead file after which they are moved to the store's file, by an estimate that
 * is three times what they are under many writes: 2 MB, which a start after a kill reads in 10 ms.
 * Under 256 a fifth of the lane's time is checkpoints, under 1,024 a tenth, under 4,096 a
 * fourteenth, and each of them takes longer.
 */
export const checkpointPages = 1_024;
/** The write-ahead file is cut to this size when it starts anew. */
export const walBytesKept = 16_777_216;
/** Pages that SQLite keeps in memory: 8 MiB, twice what the largest batch writes. */
export const pageCachePages = 2_048;
/** Changes kept in memory for watches that are nearly up to date. */
export const recentRevisionsMax = 1_000;
export const recentBytesMax = 8_388_608;
/** Rows of the history on disk (a batch each) that are read at once: changes, and their sizes. */
export const historyRowsMax = 4;
export const historySizesMax = 256;
/**
 * Notes of the newest commits that are read at start, and bytes of history for them. Among those of
 * one batch the highest index may be anywhere.
 */
export const notesReadMax = 256;
export const notesReadBytesMax = 4_194_304;
/** Entries of the data folder whose mode is checked. */
export const dataFolderFilesMax = 1_000;

assert(recentBytesMax > commitBatchBytesMax, 'the newest batch is in memory');
assert(commitBatchBytesMax > transactionBytesMax, 'the largest transaction is a part of a batch');
assert(notesReadMax >= commitsPerBatchMax, 'a start sees the notes of a whole batch');
assert(knownEntriesBytesMax / 2 > transactionBytesMax, 'the largest entry can be known');
assert(clusterTimePersistMs <= timerDelayMsMax, 'it is one timer');
