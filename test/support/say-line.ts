/**
 * A line on standard output that is there even if the process is killed right after. The pipe to a
 * slow reader does not block: it says EAGAIN while it is full, and the line is tried again.
 */
import { writeSync } from 'node:fs';

const triesMax = 60_000;
const pauseMs = 1;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

export function sayLine(line: string): void {
  let bytes = Buffer.from(`${line}\n`);
  for (let tries = 0; bytes.length > 0; tries += 1) {
    try {
      bytes = bytes.subarray(writeSync(1, bytes));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || tries >= triesMax) throw error;
      Atomics.wait(sleeper, 0, 0, pauseMs);
    }
  }
}
