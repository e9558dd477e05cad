/** Limits of the links between agents. */
import { assert } from '../../shared/assert.ts';
import { transactionBytesMax } from '../limits.ts';

/** A frame, head included; a larger one is refused and its connection closed. */
export const frameBytesMax = 4_194_304;
/** What stands around a transaction in a frame: ids, keys' lengths, message heads. */
const frameEnvelopeBytesMax = 65_536;
/** Proposals of one frame. */
export const frameProposalsMax = 2_000;
/** Member ids of one list of a configuration in a frame. */
export const frameMembersMax = 255;
/** Starts before the present one of which a hello tells. */
export const earlierStartsMax = 64;
/** Frames that wait for one connection; more are dropped, which their senders survive. */
export const queuedFramesMax = 4_096;
/** Bytes that wait for one connection beside what the network has. */
export const queuedBytesMax = 16_777_216;
/** Bytes handed to the network before the rest waits in the queue. */
export const networkBufferBytesMax = 1_048_576;
/** Ticks before a lost connection is dialled again: the first time, and at most. */
export const redialTicksMin = 2;
export const redialTicksMax = 20;
/** Ticks without a connection before also the node with the higher id dials. */
export const silentTicksMax = 40;
/** Ticks that a dial may take before it gives way to a connection that the peer has opened. */
export const stuckDialTicks = 20;
/** Peers that this node was not told to be linked with, and that are linked with it. */
export const guestsMax = 16;
/** Ticks without a frame of this node before it sends a ping. */
export const pingTicks = 20;
/** Ticks without a frame of the peer before the connection counts as lost. */
export const idleTicksMax = 60;
/** Ticks for a connection to open and both to have said hello. */
export const helloTicksMax = 60;

assert(
  frameBytesMax >= transactionBytesMax + frameEnvelopeBytesMax,
  'every transaction fits in a frame',
);
assert(queuedBytesMax >= frameBytesMax, 'every frame fits in a queue');
assert(idleTicksMax > 2 * pingTicks, 'a lost ping does not lose the connection');
assert(redialTicksMin < redialTicksMax, 'waiting grows');
assert(
  silentTicksMax >= stuckDialTicks + redialTicksMax,
  'the lower id has dialled again before the higher one does',
);
