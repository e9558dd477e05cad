/**
 * What happened, as a running hash: two runs of one seed must give the same one, whatever else ran
 * in their processes. The last lines are kept, to be shown when something breaks.
 */

const linesKept = 60;

export class Trace {
  #first = 0x811c_9dc5;
  #second = 0x1b87_3593;
  #events = 0;
  readonly #lines: (readonly [number, string, readonly (number | string)[]])[] = [];

  get events(): number {
    return this.#events;
  }

  /** One event: when, what, and numbers (or a short text) that tell it from others. */
  note(now: number, what: string, ...facts: readonly (number | string)[]): void {
    this.#events += 1;
    this.#mixText(what);
    this.#mix(now);
    for (const fact of facts) {
      if (typeof fact === 'number') this.#mix(fact);
      else this.#mixText(fact);
    }
    this.#lines[this.#events % linesKept] = [now, what, facts];
  }

  hash(): string {
    const hex = (half: number): string => (half >>> 0).toString(16).padStart(8, '0');
    return `${hex(this.#first)}${hex(this.#second)}`;
  }

  /** The last events, oldest first. */
  lines(): readonly string[] {
    const start = (this.#events % linesKept) + 1;
    // The first round may not have filled all places.
    const kept = [...this.#lines.slice(start), ...this.#lines.slice(0, start)].filter(Boolean);
    return kept.map(
      ([now, what, facts]) => `${(now / 1_000).toFixed(3)} ms ${what} ${facts.join(' ')}`,
    );
  }

  #mixText(text: string): void {
    for (let position = 0; position < text.length; position += 1) {
      this.#mix(text.charCodeAt(position));
    }
  }

  #mix(value: number): void {
    const low = value | 0;
    const high = Math.floor(value / 4_294_967_296) | 0;
    this.#first = Math.imul(this.#first ^ low, 16_777_619) ^ high;
    this.#second = Math.imul((this.#second << 13) | (this.#second >>> 19), 5) + (low ^ high);
    this.#second |= 0;
  }
}
