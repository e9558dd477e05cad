/**
 * The newest events of a ceremony. Whoever comes and goes is forgotten first, what else anybody can
 * cause has a part of the room each, and a refusal that repeats the one before it only renews its
 * time: nothing that an anonymous peer can cause pushes out who entered what.
 */
import { ceremonyEventsMax } from '../../../shared/control/limits.ts';
import type { CeremonyEvent } from '../../../shared/control/topics.ts';

type What = CeremonyEvent['what'];

const passing: ReadonlySet<What> = new Set(['joined', 'left']);
/** What anybody can cause, and how many are kept where there is no room for all. */
const crowding: readonly (readonly [What, number])[] = [
  ['refused', ceremonyEventsMax / 2],
  ['reset', ceremonyEventsMax / 4],
];

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
    const left = events.findIndex(({ what }) => passing.has(what));
    const crowded = crowding.map(([kind, countMax]) => firstOfTooMany(events, kind, countMax));
    return events.toSpliced([left, ...crowded].find((at) => at >= 0) ?? 0, 1);
  }
}

/** Where the first event of a kind is, if there are more of it than that; else -1. */
function firstOfTooMany(events: readonly CeremonyEvent[], kind: What, countMax: number): number {
  const isOfKind = ({ what }: CeremonyEvent): boolean => what === kind;
  return events.filter(isOfKind).length > countMax ? events.findIndex(isOfKind) : -1;
}

function repeats(last: CeremonyEvent, event: CeremonyEvent): boolean {
  if (event.what !== 'refused' || last.what !== 'refused') return false;
  return last.by === event.by && last.detail === event.detail;
}
