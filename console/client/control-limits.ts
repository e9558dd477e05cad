/** What bounds the console's end of the control channel, besides shared/control/limits.ts. */
import { assert } from '../../shared/assert.ts';
import { controlPingIntervalMs, controlSilenceMsMax } from '../../shared/control/limits.ts';

/** From the first packet of a dial to the open WebSocket. */
export const controlDialTimeoutMs = 10_000;
/** A call that has no deadline of its own. */
export const controlCallTimeoutMs = 30_000;
/** How long a closing socket waits for the agent to close its end. */
export const controlLeaveTimeoutMs = 500;
/** Wait before the first new dial; doubled for each further one, with a fifth of chance. */
export const controlRedialMs = 250;
export const controlRedialMsMax = 5_000;
/** Wait before a token is shown again to an agent that could not look at it. */
export const controlTokenRetryMs = 2_000;
/** Updates reach the screen at most so often: ten times a second. */
export const controlUpdateIntervalMs = 100;
/** How often the main thread is told how long the agent has been silent. */
export const controlHeardIntervalMs = 1_000;
/** Audit lines that wait for a stalled main thread before the oldest are dropped. */
export const controlAuditLinesMax = 2_000;
/** The same in characters: a few lines may be very long. */
export const controlAuditCharactersMax = 4_194_304;
/** Body of a refused upgrade that is read for its reason. */
export const controlRefusalBytesMax = 8_192;
/** Elements of any list in a snapshot. */
export const controlListMax = 4_096;
/** Characters of a name, sentence or path in a snapshot. */
export const controlTextCharactersMax = 8_192;

assert(controlRedialMs <= controlRedialMsMax, 'the first wait is not the longest');
assert(controlHeardIntervalMs < controlPingIntervalMs, 'silence is told before it is an end');
assert(controlDialTimeoutMs <= controlSilenceMsMax, 'a dial is given up like a silent peer');
