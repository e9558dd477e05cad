/**
 * The newest events of a ceremony. Whoever comes and goes is forgotten first, refusals take half of
 * the room at most, and one that repeats the one before it only renews its time: nothing that an
 * anonymous peer can cause pushes out who entered what.
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
    const events = this.#events;
    if (events.length < ceremonyEventsMax) return events;
    const isRefusal = ({ what }: CeremonyEvent): boolean => what === 'refused';
    const crowded = events.filter(isRefusal).length > ceremonyEventsMax / 2;
    const left = events.findIndex(({ what }) => passing.has(what));
    const refused = crowded ? events.findIndex(isRefusal) : -1;
    return events.toSpliced([left, refused].find((at) => at >= 0) ?? 0, 1);
  }
}

function repeats(last: CeremonyEvent, event: CeremonyEvent): boolean {
  if (event.what !== 'refused' || last.what !== 'refused') return false;
  return last.by === event.by && last.detail === event.detail;
}
