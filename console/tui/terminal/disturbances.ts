/**
 * What others do to the terminal without asking. A process that is stopped (SIGSTOP, a debugger, a
 * supervisor) and goes on finds it in the shell's mode, with the shell's words on it. A window that
 * changes its size has wrapped or cut what was on its way; Ink hears of the last size at most, and
 * of none at all when that is the first one again. Both are mended by drawing all of it anew.
 */
import { resizeSettleMs } from '../../limits.ts';

/** Calls back after each; of many sizes once, when the window stands still. Answers how to stop. */
export function onDisturbance(redraw: () => void): () => void {
  let settling: NodeJS.Timeout | undefined;
  const onSize = (): void => {
    clearTimeout(settling);
    settling = setTimeout(redraw, resizeSettleMs);
  };
  process.on('SIGCONT', redraw);
  process.on('SIGWINCH', onSize);
  return () => {
    clearTimeout(settling);
    process.off('SIGCONT', redraw);
    process.off('SIGWINCH', onSize);
  };
}
