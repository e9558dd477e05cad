/**
 * Audit lines that came before they may be told. The older records that are read meanwhile can
 * take as long as a call may, on a node that writes thousands of lines a second: what does not fit
 * is dropped, oldest first, and counted.
 */
import { earlyLinesUnitsMax } from '../limits.ts';

export class EarlyLines {
  #lines: string[] = [];
  #units = 0;
  #dropped = 0;

  /** `dropped` is what the sender dropped itself. */
  keep(lines: readonly string[], dropped: number): void {
    this.#dropped += dropped;
    for (const line of lines) {
      this.#lines.push(line);
      this.#units += unitsOf(line);
    }
    this.#dropOldest();
  }

  /** Everything kept, and how many lines are missing before it. */
  take(): { readonly lines: readonly string[]; readonly dropped: number } {
    const taken = { lines: this.#lines, dropped: this.#dropped };
    this.#lines = [];
    this.#units = 0;
    this.#dropped = 0;
    return taken;
  }

  #dropOldest(): void {
    let count = 0;
    for (const line of this.#lines) {
      if (this.#units <= earlyLinesUnitsMax) break;
      this.#units -= unitsOf(line);
      count += 1;
    }
    this.#lines.splice(0, count);
    this.#dropped += count;
  }
}

/** With its newline, so that empty lines count, too. */
function unitsOf(line: string): number {
  return line.length + 1;
}
