/** Limits of the agent's end of the control channel, besides shared/control/limits.ts. */
import { assert } from '../../shared/assert.ts';
import {
  auditReadBytesMax,
  controlAnonymousSocketsMax,
  controlAnswerBytesMax,
  controlPingIntervalMs,
} from '../../shared/control/limits.ts';

/** Sockets of one address; those of the Unix socket have none. */
export const socketsPerAddressMax = 32;
/** Pieces of one message: 10^5 frames of a byte each cost far more memory than they hold. */
export const fragmentsMax = 256;
/** Input chunks that hold a frame which is not whole yet. */
export const inputChunksMax = 4_096;
/** Bytes that a peer has not taken above which nothing is read from it and nothing published. */
export const unsentBytesHigh = 1_048_576;
/** The same of a peer that has shown no token: all of them together stay far from the total. */
export const unsentAnonymousBytesHigh = 262_144;
/** Answers to what was asked before that; a peer with more than this is cut off. */
export const unsentBytesMax = 16_777_216;
/** Beyond this for all sockets together, who is above the mark and would get more is cut off. */
export const unsentTotalBytesMax = 67_108_864;
/**
 * Requests to the core that a peer without a token has under way (one) or waiting, and the body of
 * each: shares and answers to an init are small.
 */
export const anonymousCallsMax = 8;
export const anonymousBodyBytesMax = 16_384;
/** Updates of a socket are at least this far apart: ten a second. */
export const updateIntervalMs = 100;
/** How often tokens are looked at. A revoked one closes its sockets within a second. */
export const tokenCheckMs = 500;
/** How often what changes all the time is looked at: revision, audit index, figures. */
export const sampleIntervalMs = 1_000;
/** How long a peer has for its half of the closing handshake; less where its token has ended. */
export const closeGraceMs = 2_000;
export const endedGraceMs = 200;
/** How long calls have to end when the token has, before the socket closes. */
export const endedAnswerMsMax = 300;
/** How long calls have to end when the agent stops. */
export const finishMsMax = 5_000;
/** Lines that wait for slow consoles are also bounded in bytes. */
export const auditTailBytesMax = 4_194_304;
/** Lines of one update. */
export const auditUpdateBytesMax = 262_144;
/** Bytes read at once from an audit file. */
export const auditReadChunkBytes = 65_536;
/** Lines in a row that claim no index, before a search turns back. */
export const auditUnclaimedLinesMax = 16;
/** Alarms that are shown after they were cleared. */
export const clearedAlarmsMax = 32;
/** Parameters that are shown to others, and names, in characters. */
export const reasonCharactersMax = 64;
export const nameCharactersMax = 64;
export const viewCharactersMax = 64;
/** Base64 of a box's parts, of keys and of signatures. */
export const encodedCharactersMax = 1_024;
export const queryValueCharactersMax = 4_096;
export const challengeBytes = 32;
/** How long a challenge may be answered. */
export const challengeMs = 60_000;

assert(socketsPerAddressMax < controlAnonymousSocketsMax, 'one address cannot take every place');
assert(unsentBytesMax < unsentTotalBytesMax, 'one slow console does not cut off another');
assert(
  controlAnonymousSocketsMax * unsentAnonymousBytesHigh <= unsentTotalBytesMax / 4,
  'who has shown no token cuts off nobody who has',
);
assert(unsentBytesHigh < unsentBytesMax, 'reading stops before the peer is cut off');
assert(controlAnswerBytesMax < unsentBytesMax, 'the largest answer can wait');
assert(auditUpdateBytesMax < unsentBytesHigh, 'an update is a part of what may wait');
assert(
  tokenCheckMs + endedAnswerMsMax + endedGraceMs <= 1_000,
  'a revoked token has no socket after a second',
);
assert(
  closeGraceMs < controlPingIntervalMs,
  'a socket that is closed is gone before the next beat',
);
assert(auditReadBytesMax <= auditTailBytesMax, 'the tail holds a page');
