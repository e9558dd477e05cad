/**
 * The newest events of a ceremony. Whoever comes and goes is forgotten first, and a refusal that
 * repeats the one before it only renews its time: neither can push out what matters.
 */
import { ceremonyEventsMax } from '../../../shared/control/limits.ts';
import type { CeremonyEvent } from '../../../shared/control/topics.ts';

const passing: ReadonlySet<CeremonyEvent['what']> = new Set(['joined', 'left']);

export class EventRing {
  #events: readonly CeremonyEvent[] = [];

  /** Oldest first; the list is never changed afterwards. */
  get events(): readonly CeremonyEvent[] {
    return this.#events;
  }

  add(event: CeremonyEvent): void {
    const last = this.#events.at(-1);
    const kept =
      last !== undefined && repeats(last, event) ? this.#events.slice(0, -1) : this.#room();
    this.#events = [...kept, event];
  }

  /** The events without the least important one, where they are too many for one more. */
  #room(): readonly CeremonyEvent[] {
    if (this.#events.length < ceremonyEventsMax) return this.#events;
    const least = Math.max(
      0,
      this.#events.findIndex(({ what }) => passing.has(what)),
    );
    return this.#events.toSpliced(least, 1);
  }
}

function repeats(last: CeremonyEvent, event: CeremonyEvent): boolean {
  if (event.what !== 'refused' || last.what !== 'refused') return false;
  return last.by === event.by && last.detail === event.detail;
}
