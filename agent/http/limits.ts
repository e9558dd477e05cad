/**
 * Limits of what clients send and are sent, and of their connections. The configuration may lower
 * those that it names; nothing may raise one above what is written here.
 */
import { assert } from '../../shared/assert.ts';

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

export const socketProbeMsMax = 1_000;

assert(headersMsMax < requestReadMsMax, 'the head is a part of the request');
assert(connectionsCheckMs < headersMsMax, 'limits are checked more often than they run out');
assert(connectionsPerAddressMax < connectionsMax, 'one address cannot take every connection');
assert(answerStallMsMax < answerSendMsMax, 'a stalled answer is found before a slow one');
assert(drainMsMax < requestHandlingMsMax, 'stopping does not wait for a request that hangs');
