/** Limits of the audit files. */

/** Names tried for a file that is put away, when the first one is taken. */
export const archiveNamesMax = 100;
/** Entries of a log's folder that are looked at to find its closed files. */
export const folderEntriesMax = 100_000;
/** With `sync: write`, how often it is checked that the file still lies where it was. */
export const placeCheckMs = 250;
/** The file with the newest checkpoint: a frontier of 53 hashes fits many times. */
export const checkpointFileBytesMax = 16_384;
/** The first line of an audit file: a summary, which has a frontier as well. */
export const headerBytesMax = 16_384;
/** Read first of the end of an audit file, to find the newest commit; then four times as much. */
export const revisionPieceBytes = 65_536;
/** Beyond it, an older store is not noticed: the last commit lies thousands of reads behind. */
export const revisionTailBytesMax = 4_194_304;
/** Files of a log that are looked at for that. */
export const revisionFilesMax = 3;
