/** Limits of the audit files. */

/** Names tried for a file that is put away, when the first one is taken. */
export const archiveNamesMax = 100;
/** Entries of a log's folder that are looked at to find its closed files. */
export const folderEntriesMax = 100_000;
/** With `sync: write`, how often it is checked that the file still lies where it was. */
export const placeCheckMs = 250;
/** The file with the newest checkpoint: a frontier of 53 hashes fits many times. */
export const checkpointFileBytesMax = 16_384;
