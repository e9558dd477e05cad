/** Limits of the configuration file. */

export const configBytesMax = 65_536;
export const listenEntriesMax = 32;
export const auditEntriesMax = 8;
export const initialMountsMax = 16;
export const serverNamesMax = 64;
/** Rotated audit files that are kept. */
export const auditFilesKeptMax = 10_000;
/** Rotating more often than this would bury the log in headers. */
export const rotateBytesMin = 65_536;
/** `sun_path` of a Unix socket's address is 108 bytes with its NUL. */
export const socketPathBytesMax = 107;
/** Threads that serve requests: the first, and those beside it. */
export const requestThreadsMax = 16;
