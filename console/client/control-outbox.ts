/**
 * Events on their way to the main thread: at most ten batches a second, and none before the last
 * one was taken, so that a stalled terminal makes nothing grow. Of a state only the newest is kept;
 * audit lines are bounded, and what had to go is counted. After a pause an event goes at once.
 */
import {
  controlAuditCharactersMax,
  controlAuditLinesMax,
  controlUpdateIntervalMs,
} from './control-limits.ts';
import type { ControlEvent } from './control-events.ts';

export class ControlOutbox {
  readonly #deliver: (events: readonly ControlEvent[]) => void;
  /** By what an event replaces; in the order in which they were put. */
  readonly #states = new Map<string, ControlEvent>();
  #lines: string[] = [];
  #characters = 0;
  #dropped = 0;
  #taken = true;
  #lastAtMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(deliver: (events: readonly ControlEvent[]) => void) {
    this.#deliver = deliver;
  }

  put(event: ControlEvent): void {
    if (event.kind === 'audit') this.#putLines(event.lines, event.dropped);
    else this.#putState(event);
    this.#schedule();
  }

  #putState(event: ControlEvent): void {
    // Lines come last: those that wait were written for whoever was known before.
    if (event.kind === 'identity') this.#forgetLines();
    const name = stateName(event);
    this.#states.delete(name);
    this.#states.set(name, event);
  }

  /** The main thread has taken the last batch. */
  acknowledge(): void {
    this.#taken = true;
    this.#schedule();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#states.clear();
    this.#forgetLines();
  }

  #forgetLines(): void {
    this.#lines = [];
    this.#characters = 0;
    this.#dropped = 0;
  }

  #putLines(lines: readonly string[], dropped: number): void {
    this.#dropped += dropped;
    for (const line of lines) {
      this.#lines.push(line);
      this.#characters += line.length;
    }
    let surplus = Math.max(0, this.#lines.length - controlAuditLinesMax);
    let characters = this.#characters;
    for (let at = 0; at < surplus || characters > controlAuditCharactersMax; at += 1) {
      const line = this.#lines[at];
      if (line === undefined) break;
      characters -= line.length;
      surplus = Math.max(surplus, at + 1);
    }
    if (surplus === 0) return;
    this.#lines.splice(0, surplus);
    this.#characters = characters;
    this.#dropped += surplus;
  }

  #schedule(): void {
    if (!this.#taken || this.#timer !== undefined || this.#isEmpty) return;
    const waitMs = this.#lastAtMs + controlUpdateIntervalMs - performance.now();
    this.#timer = setTimeout(() => this.#flush(), Math.max(0, waitMs));
  }

  #flush(): void {
    this.#timer = undefined;
    const events = [...this.#states.values()];
    if (this.#lines.length > 0 || this.#dropped > 0) {
      events.push({ kind: 'audit', lines: this.#lines, dropped: this.#dropped });
    }
    this.#states.clear();
    this.#forgetLines();
    this.#taken = false;
    this.#lastAtMs = performance.now();
    this.#deliver(events);
  }

  get #isEmpty(): boolean {
    return this.#states.size === 0 && this.#lines.length === 0 && this.#dropped === 0;
  }
}

/**
 * Events of one name replace each other. A topic's refusal replaces its snapshot, and back. Why a
 * token is good no longer must be told, however soon the next socket knows nobody.
 */
function stateName(event: ControlEvent): string {
  if (event.kind === 'identity' && event.state.kind === 'refused') return 'identity refused';
  const isTopic = event.kind === 'snapshot' || event.kind === 'topic-refused';
  return isTopic ? `topic ${event.topic}` : event.kind;
}
