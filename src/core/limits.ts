import { assert } from '../../shared/assert.ts';
import { timerDelayMsMax } from '../limits.ts';

/** Limits of the request pipeline. */

/** Requests between the door and their answer; more are told to come back. */
export const inFlightRequestsMax = 2_048;
/** Seconds that an overloaded client is told to wait. */
export const retryAfterSeconds = 1;
/** Paths of one question about capabilities. */
export const capabilityPathsMax = 1_000;
/** Parameters of a form body. */
export const formParametersMax = 1_000;
/** Longest sleep of a duty: another agent may have brought something that is due earlier. */
export const dutyIntervalMsMax = 15_000;
/** Time before a duty that failed tries again. */
export const dutyRetryMs = 1_000;
/** Turns of a duty in a row before others get the thread. */
export const dutyTurnsMax = 100;
/** Registered operators. */
export const operatorsMax = 10_000;

assert(dutyIntervalMsMax <= timerDelayMsMax, 'a duty is woken by one timer');
