/**
 * What a screen is: the state that only it knows, what it wants to read, its rows, its verbs, and
 * what scripts get of it. One folder a screen; the table in screens.ts names them all. How it is
 * drawn stands beside it in `<screen>.tsx`.
 */
import type { TopicName } from '../../../shared/control/topics.ts';
import type { JsonValue } from '../../../shared/json/value.ts';
import type { HelpSection } from '../keys/catalogue.ts';
import type { InputEvent } from '../keys/input-event.ts';
import type { Navigation } from '../keys/navigation.ts';
import type { Command, Verb } from '../keys/verb.ts';
import type { ApiRequest } from '../model/api.ts';
import type { Effect } from '../model/effect.ts';
import type { ModelEvent } from '../model/event.ts';
import type { Model } from '../model/model.ts';
import type { Ticket } from '../model/pending.ts';
import { currentPlace } from '../model/places.ts';
import type { SafeText } from '../terminal/safe-text.ts';
import type { ViewName } from '../view-names.ts';

export type ScreenVerb = Verb<Model, Effect>;
export type TypedEvent = Extract<InputEvent, { kind: 'key' | 'paste' }>;

/** What a key did to a screen: its next state, and what is to be done besides. */
export interface Step<State> {
  readonly state?: State;
  readonly effect?: Effect;
}

export interface ScreenSpec<State> {
  readonly view: ViewName;
  /** How the palette and scripts open it: name, aliases, argument. */
  readonly command: Command<Model>;
  /** One sentence for help. */
  readonly help: string;
  readonly initial: State;
  /** Behind the view's name in the header: `payments-app (rev 7, edited)`. */
  readonly trail?: (model: Model) => readonly SafeText[];
  /** The state after an event; `model` is the one after it. */
  readonly reduce?: (state: State, event: ModelEvent, model: Model) => State;
  /** What it shows of the API. */
  readonly wants?: (model: Model) => readonly ApiRequest[];
  /** Topics that are followed only while it is shown. */
  readonly follows?: readonly TopicName[];
  /** Identifiers of the rows, filtered, in their order: what up and down move through. */
  readonly ids?: (model: Model) => readonly string[];
  /** How many rows the filter hides. */
  readonly hidden?: (model: Model) => number;
  /** Enter on a row. */
  readonly enter?: (id: string, model: Model) => Effect;
  /** A moving key, before lists get it; undefined leaves it to them. */
  readonly navigate?: (to: Navigation, model: Model) => Step<State> | undefined;
  /** The field that has the keyboard, if one has. */
  readonly field?: (model: Model) => string | undefined;
  /** A key or paste for that field. */
  readonly type?: (event: TypedEvent, model: Model) => Step<State>;
  /** Whether it waits, as it stands now, for the answer to the request of this ticket. */
  readonly awaits?: (model: Model, ticket: Ticket) => boolean;
  readonly verbs: readonly ScreenVerb[];
  /** Keys that are no verbs: those of an editor. */
  readonly keys?: HelpSection;
  /** For `--once --format json`. */
  readonly plain: (model: Model) => JsonValue;
}

/** A screen whose state's type nobody else needs to know. */
export type Screen = ScreenSpec<unknown>;

/** The state of one screen in the model, before its first event the initial one. */
export interface ScreenState<State> {
  readonly view: ViewName;
  readonly initial: State;
  of(model: Model): State;
}

export function screenState<State>(view: ViewName, initial: State): ScreenState<State> {
  return {
    view,
    initial,
    // Only the screen of this view writes there.
    of: ({ screens }) => (Object.hasOwn(screens, view) ? (screens[view] as State) : initial),
  };
}

/** Forgets the type of the state: the table of screens holds all kinds. */
export function defineScreen<State>(spec: ScreenSpec<State>): Screen {
  return spec as unknown as Screen;
}

/** The argument that the view was opened with, if it is the one shown. */
export function argumentOf(model: Model, view: string): string | undefined {
  const place = currentPlace(model.places);
  return place.view === view ? place.argument : undefined;
}

/** The selected row of a view: the first one until somebody moves, or when it is gone. */
export function selectedId(model: Model, view: string, ids: readonly string[]): string | undefined {
  const chosen = Object.hasOwn(model.selected, view) ? model.selected[view] : undefined;
  return chosen !== undefined && ids.includes(chosen) ? chosen : ids[0];
}

/** The filter of a view as typed; '' is none. */
export function filterOf(model: Model, view: string): string {
  return Object.hasOwn(model.filters, view) ? (model.filters[view] ?? '') : '';
}
