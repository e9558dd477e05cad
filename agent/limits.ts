/** What the store and those who talk to it must agree on; other limits stand with their users. */

/** Keys and values of the commits that are made durable with one sync. */
export const commitBatchBytesMax = 4_194_304;
/** Entries that reads are answered from, and bytes of their keys and sealed values. */
export const knownEntriesMax = 8_192;
export const knownEntriesBytesMax = 8_388_608;
/** A value that is told to the request threads unasked: as it is written, or beside another. */
export const toldEntryBytesMax = 16_384;
