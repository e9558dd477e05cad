/** Which view is shown, on what, and the ones below it that Esc goes back to. */
import { placesMax } from './limits.ts';

export interface Place {
  readonly view: string;
  /** What the view is opened on: a node, a path, a name. */
  readonly argument: string | undefined;
}

/** The last is shown; there is always one. */
export type Places = readonly [Place, ...Place[]];

export function currentPlace(places: Places): Place {
  return places.at(-1) ?? places[0];
}

/** Opens a view on top; going where one is changes nothing. */
export function wentTo(places: Places, place: Place): Places {
  const { view, argument } = currentPlace(places);
  if (view === place.view && argument === place.argument) return places;
  const [first, ...rest] = places;
  return [first, ...[...rest, place].slice(1 - placesMax)];
}

/** Back to the one below; the last one stays. */
export function wentBack(places: Places): Places {
  const [first, ...rest] = places;
  return [first, ...rest.slice(0, -1)];
}
