/** The host's clock and timers behind the ports of the deterministic part. */
import { assert } from '../../shared/assert.ts';
import { timerDelayMsMax } from '../../src/limits.ts';
import type { Clock, Timers } from '../../src/ports/clock.ts';

const msPerSecond = 1_000;
const nanosecondsPerMs = 1_000_000;

/** Not performance.now(), which counts from the start of each thread: threads compare times. */
function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * msPerSecond + nanoseconds / nanosecondsPerMs;
}

export const hostClock: Clock = {
  monotonicMs,
  wallMs: () => Date.now(),
};

/** Timers that do not keep the process alive: an agent lives by its listeners. */
export const hostTimers: Timers = {
  after: (delayMs, callback) => {
    assert(delayMs >= 0 && delayMs <= timerDelayMsMax, 'a timer runs at most an hour');
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Resolves when the event loop has handed out all that it has now. */
export function endOfTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
