import { formatBytes } from '../../../shared/units/size.ts';
import { progressColumns, progressIntervalMs } from '../../limits.ts';

/** A bar on standard error while a person watches; nothing at all in a pipe. */
export class ProgressBar {
  readonly #stderr: NodeJS.WriteStream;
  readonly #unit: ProgressUnit;
  readonly #startMs = performance.now();
  #drawnMs = Number.NEGATIVE_INFINITY;
  #drawn = false;

  constructor(stderr: NodeJS.WriteStream, unit: ProgressUnit = 'bytes') {
    this.#stderr = stderr;
    this.#unit = unit;
  }

  /** Draws how far a work is, at most every `progressIntervalMs`. */
  show(done: number, total: number, records: number): void {
    const nowMs = performance.now();
    if (!this.#stderr.isTTY || nowMs - this.#drawnMs < progressIntervalMs) return;
    this.#drawnMs = nowMs;
    this.#drawn = true;
    const seconds = Math.max((nowMs - this.#startMs) / 1_000, 0.001);
    this.#stderr.write(
      `\r${progressLine({ done, total, records, seconds, unit: this.#unit })}\u001b[K`,
    );
  }

  /** Takes the bar away. */
  clear(): void {
    if (this.#drawn) this.#stderr.write('\r\u001b[K');
  }
}

/** What `done` and `total` count. */
export type ProgressUnit = 'bytes' | 'records';

export interface ProgressState {
  readonly done: number;
  readonly total: number;
  readonly records: number;
  readonly seconds: number;
  readonly unit?: ProgressUnit;
}

/** `#####---------------  25 % of 1.2GiB, 1204551 records, 212000/s, 18 s left` */
export function progressLine(state: ProgressState): string {
  const { done, total, records, seconds, unit = 'bytes' } = state;
  const share = total === 0 ? 1 : Math.min(done / total, 1);
  const full = Math.floor(share * progressColumns);
  const bar = '#'.repeat(full) + '-'.repeat(progressColumns - full);
  const percent = String(Math.floor(share * 100)).padStart(3);
  const left = share === 0 ? '' : `, ${Math.ceil((seconds * (1 - share)) / share)} s left`;
  const whole = unit === 'bytes' ? formatBytes(total) : `${total}`;
  const rate = Math.round(records / seconds);
  return `${bar} ${percent} % of ${whole}, ${records} records, ${rate}/s${left}`;
}
