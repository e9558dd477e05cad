/** Work that comes again and again. */
import type { Timers } from '../src/ports/clock.ts';

/**
 * Acts every `periodMs`, the first time after one period, whatever became of the time before; the
 * returned function ends it. `act` must not throw.
 */
export function repeat(timers: Timers, periodMs: number, act: () => void): () => void {
  let cancel = (): void => undefined;
  const arm = (): void => {
    cancel = timers.after(periodMs, () => {
      arm();
      act();
    });
  };
  arm();
  return () => cancel();
}
