import { assert } from '../shared/assert.ts';
import { timerDelayMsMax, transactionBytesMax } from '../src/limits.ts';

/**
 * Limits of the agent's own side: sockets, files and clocks. The configuration may lower those that
 * it names; nothing may raise one above what is written here.
 */

/** The time a client has for the whole head of a request, from its connection or first byte on. */
export const headersMsMax = 10_000;
/** The same for head and body together. */
export const requestReadMsMax = 30_000;
/** How often connections are looked at: every time limit is kept to within this much. */
export const connectionsCheckMs = 2_000;
/** From a TLS client's connection to its first bytes, and from those to the handshake's end. */
export const tlsHandshakeMsMax = 5_000;
/** Handshakes of one listener that are under way: 100 MB. Above it the oldest gives way. */
export const tlsHandshakesMax = 2_048;
/** An idle connection is kept this long for its next request. */
export const keepAliveMsMax = 60_000;
/** A request is answered within this time, or with "the outcome is unknown" (Vault: 90 s). */
export const requestHandlingMsMax = 90_000;
/** A client that takes no byte of its answer for this long is gone. */
export const answerStallMsMax = 30_000;
/** What it has to take of it to be there. */
export const sentPieceBytes = 65_536;
/** A client that takes its answer byte by byte is, after this long. */
export const answerSendMsMax = 300_000;
/** Input of a refused request is thrown away for this long, so that the refusal can be read. */
export const lingerMsMax = 2_000;
/** Requests in flight have this long to finish when the agent stops. */
export const drainMsMax = 20_000;

/** Connections of one listener; more are closed at once. */
export const connectionsMax = 20_000;
/** Connections of a listener above which those that are idle sleep at once. */
export const awakeConnections = 512;
/** Connections of one listener from one address. */
export const connectionsPerAddressMax = 4_096;
/** A connection is closed after this many requests, so that load moves to other agents in time. */
export const requestsPerConnectionMax = 10_000;
/** Connections that the kernel holds until they are accepted. */
export const backlogConnectionsMax = 1_024;

/** Request line and headers together. */
export const headBytesMax = 16_384;
export const headersMax = 100;
/** Empty lines before a request line (RFC 9112 section 2.2 asks for one). */
export const blankBytesMax = 8;
/** An answer that is not yet taken by the kernel. */
export const unsentBytesMax = 33_554_432;
/** Pairs of a query string. */
export const queryParametersMax = 64;
/** Header values that are passed on: `X-Vault-Namespace` (a path), `X-Vault-Wrap-TTL`. */
export const namespaceBytesMax = 400;
export const wrapTtlBytesMax = 32;
/** Longest wrapping: 32 days, Vault's longest lease. */
export const wrapTtlSecondsMax = 2_764_800;

/** `sun_path` of a Unix socket's address is 108 bytes with its NUL. */
export const socketPathBytesMax = 107;
export const socketProbeMsMax = 1_000;

assert(headersMsMax < requestReadMsMax, 'the head is a part of the request');
assert(connectionsCheckMs < headersMsMax, 'limits are checked more often than they run out');
assert(connectionsPerAddressMax < connectionsMax, 'one address cannot take every connection');
assert(answerStallMsMax < answerSendMsMax, 'a stalled answer is found before a slow one');
assert(drainMsMax < requestHandlingMsMax, 'stopping does not wait for a request that hangs');

/** Commits, and their keys and values, that are made durable with one sync. */
export const commitsPerBatchMax = 256;
export const commitBatchBytesMax = 4_194_304;
/** Keys read by one statement. */
export const readBatchKeysMax = 256;
/** How often cluster time that only reads were told is made durable. */
export const clusterTimePersistMs = 60_000;
/** The pause between two looks at the space of the disks. */
export const diskWatchMs = 5_000;
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
/** Entries that reads are answered from, and bytes of their keys and sealed values. */
export const knownEntriesMax = 8_192;
export const knownEntriesBytesMax = 8_388_608;
/** A value that is told to the request threads unasked: as it is written, or beside another. */
export const toldEntryBytesMax = 16_384;
/** What a request thread was told of moves and has not heard yet; above it, it begins anew. */
export const unheardBytesMax = 16_777_216;
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
assert(unheardBytesMax >= 2 * commitBatchBytesMax, 'a thread may be a batch behind');
assert(knownEntriesBytesMax / 2 > transactionBytesMax, 'the largest entry can be known');
assert(clusterTimePersistMs <= timerDelayMsMax && diskWatchMs <= timerDelayMsMax, 'one timer each');

/** How often the storage thread tells how late its loop was, and what is kept of that: minutes. */
export const loopDelayWindowMs = 1_000;
export const loopDelayWindowsKept = 600;

/**
 * Slow jobs (password hashes, RSA keys) that run at the same time, and that wait for their turn.
 */
export const slowJobsRunningMax = 2;
export const slowJobsWaitingMax = 64;
/** Threads of libuv's pool, which file reads and syncs share with slow jobs. */
const poolThreads = 4;
/** Random bytes fetched from the kernel at once. */
export const randomPoolBytes = 4_096;

assert(slowJobsRunningMax <= poolThreads / 2, 'slow jobs leave threads to the files');

/** Threads that serve requests: the first, and those beside it. */
export const requestThreadsMax = 16;
/** Requests of one serving thread that the first one has not answered. */
export const passedRequestsMax = 2_048;
/** How often it is looked whether the clients of passed requests are still there. */
export const goneLookMs = 100;
/** A thread that has not taken, or dropped, its keys by then is broken. */
export const keyOrderMsMax = 20_000;
/** How often a serving thread tells its figures, and after how many requests at the latest. */
export const figuresMs = 1_000;
export const outcomesTogetherMax = 16_384;
