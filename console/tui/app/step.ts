/**
 * One step of the console: an event or a key, the state after it, and what is to be done outside.
 * Pure, so that whole sessions can be played in tests. What the step wants of the model itself
 * (`emit`) is done at once; the rest is handed back.
 */
import { assert } from '../../../shared/assert.ts';
import { helpSheet } from '../components/help-lines.ts';
import { helpSections, type HelpSection } from '../keys/catalogue.ts';
import type { InputEvent } from '../keys/input-event.ts';
import { popMode, pushMode, topMode } from '../keys/mode.ts';
import type { Navigation } from '../keys/navigation.ts';
import { closeStaleDialog, openPalette, openPanel, route } from '../keys/router.ts';
import {
  initialRouter,
  type Intent,
  type RouterState,
  type Surroundings,
} from '../keys/routing.ts';
import type { Effect } from '../model/effect.ts';
import type { ModelEvent } from '../model/event.ts';
import { movedSelection } from '../model/list.ts';
import type { Model } from '../model/model.ts';
import { reduce } from '../model/reduce.ts';
import { currentPlace } from '../model/places.ts';
import { scrolledBy } from '../model/scroll.ts';
import { isWritable } from '../model/write-window.ts';
import { filterOf, type Screen, selectedId, type Step } from '../screens/screen.ts';
import { screenOf, screens, verbs } from '../screens/screens.ts';
import { clean } from '../terminal/safe-text.ts';

export interface App {
  readonly model: Model;
  readonly router: RouterState;
  /** Rows that an open sheet (help) is scrolled down. */
  readonly sheetRows: number;
}

export interface Stepped {
  readonly app: App;
  /** In order; none of them is `emit`, `several`, `none`, `help` or `palette`. */
  readonly effects: readonly Effect[];
}

/** Emits of one step: a chain that is longer is a loop. */
const emitsMax = 256;
const noticeColumnsMax = 160;

export function initialApp(model: Model): App {
  return { model, router: initialRouter, sheetRows: 0 };
}

/** What a key's meaning depends on. */
export function surroundingsOf({ model }: App): Surroundings<Model, Effect> {
  const { view } = currentPlace(model.places);
  return {
    verbs,
    view,
    model,
    writable: isWritable(model.write, model.nowMs),
    focused: model.focused,
    filter: filterOf(model, view),
    nowMs: model.nowMs,
  };
}

/** An event of the outside world. */
export function happen(app: App, event: ModelEvent, nowMs: number): Stepped {
  return perform(app, { kind: 'emit', event }, nowMs);
}

/** A key or a paste. */
export function press(app: App, event: InputEvent, nowMs: number): Stepped {
  const timed = { ...app, model: reduce(app.model, { kind: 'tick' }, nowMs) };
  if (event.kind === 'focus') {
    return happen(timed, { kind: 'focus', focused: event.focused }, nowMs);
  }
  // Some terminals never say that the focus came back; a key proves it.
  const awake = { ...timed, model: { ...timed.model, focused: true } };
  const { state, intent } = route(awake.router, event, surroundingsOf(awake));
  // A sheet that opens now opens at its top.
  const isOpen = topMode(awake.router.modes).kind === 'modal';
  const sheetRows = isOpen ? awake.sheetRows : 0;
  return settle(performIntent({ ...awake, router: state, sheetRows }, intent, nowMs));
}

function performIntent(app: App, intent: Intent<Effect>, nowMs: number): Stepped {
  switch (intent.kind) {
    case 'none':
      return { app, effects: [] };
    case 'effect':
      return perform(app, intent.effect, nowMs);
    case 'navigate':
      return navigate(app, intent.to, nowMs);
    case 'filter':
      return happen(app, { kind: 'filter', text: intent.text }, nowMs);
    case 'text':
      return typeInto(app, intent.event, nowMs);
    case 'notice': {
      const text = clean(intent.text, noticeColumnsMax);
      return happen(app, { kind: 'toast', text, tone: 'info' }, nowMs);
    }
  }
}

/** Carries out what concerns the model, and hands back the rest. */
export function perform(app: App, effect: Effect, nowMs: number): Stepped {
  const effects: Effect[] = [];
  const waiting: Effect[] = [effect];
  let current = app;
  for (let emits = 0; ; ) {
    const next = waiting.shift();
    if (next === undefined) return settle({ app: current, effects });
    if (next.kind === 'several') waiting.unshift(...next.effects);
    else if (next.kind === 'help') current = withHelp(current, nowMs);
    else if (next.kind === 'palette') current = withPalette(current, next.text);
    else if (next.kind === 'emit') {
      emits += 1;
      assert(emits <= emitsMax, 'events of one step come to an end');
      current = withModel(current, reduceAll(current.model, next.event, nowMs));
    } else if (next.kind !== 'none') effects.push(next);
  }
}

/** With whoever left goes what they typed: dialogs, and the history of commands. */
function withModel(app: App, model: Model): App {
  return model.sitting === app.model.sitting ? { ...app, model } : initialApp(model);
}

function withHelp(app: App, nowMs: number): App {
  const modes = openPanel(app.router.modes, 'help', nowMs);
  return { ...app, router: { ...app.router, modes } };
}

function withPalette(app: App, text: string): App {
  const modes = openPalette(app.router.modes, text);
  return { ...app, router: { ...app.router, modes } };
}

/** The model, then every screen's own state; a new place is an event of its own for them. */
function reduceAll(before: Model, event: ModelEvent, nowMs: number): Model {
  const model = withScreens(reduce(before, event, nowMs), event);
  const place = currentPlace(model.places);
  const { view, argument } = currentPlace(before.places);
  if (place.view === view && place.argument === argument) return model;
  return withScreens(model, { kind: 'opened', place });
}

function withScreens(model: Model, event: ModelEvent): Model {
  const changed: Record<string, unknown> = {};
  for (const { view, reduce: reduceScreen, initial } of screens) {
    if (reduceScreen === undefined) continue;
    const state = Object.hasOwn(model.screens, view) ? model.screens[view] : initial;
    const next = reduceScreen(state, event, model);
    if (next !== state) changed[view] = next;
  }
  if (Object.keys(changed).length === 0) return model;
  return { ...model, screens: { ...model.screens, ...changed } };
}

/** After every step: the keyboard belongs to the field that wants it, and no dialog is stale. */
function settle({ app, effects }: Stepped): Stepped {
  const focused = withField(app);
  const { state, intent } = closeStaleDialog(focused.router, surroundingsOf(focused));
  if (intent.kind !== 'notice') return { app: focused, effects };
  const text = clean(intent.text, noticeColumnsMax);
  const event = { kind: 'toast', text, tone: 'info' } as const;
  const model = reduceAll(focused.model, event, focused.model.nowMs);
  return { app: { ...focused, router: state, model }, effects };
}

function withField(app: App): App {
  const { modes } = app.router;
  const top = topMode(modes);
  const field = shownScreen(app.model).field?.(app.model);
  if (top.kind === 'text' && top.field !== field) {
    return withField({ ...app, router: { ...app.router, modes: popMode(modes) } });
  }
  if (top.kind !== 'normal' || field === undefined) return app;
  return { ...app, router: { ...app.router, modes: pushMode(modes, { kind: 'text', field }) } };
}

function shownScreen(model: Model): Screen {
  return screenOf(currentPlace(model.places).view);
}

function typeInto(
  app: App,
  event: Parameters<NonNullable<Screen['type']>>[0],
  nowMs: number,
): Stepped {
  const isEscape = event.kind === 'key' && event.key === 'Esc';
  if (isEscape && hasProblem(app.model)) return happen(app, { kind: 'dismiss' }, nowMs);
  const screen = shownScreen(app.model);
  return withStep(app, screen, { step: screen.type?.(event, app.model) ?? {}, nowMs });
}

function withStep(
  app: App,
  { view }: Screen,
  { step, nowMs }: { readonly step: Step<unknown>; readonly nowMs: number },
): Stepped {
  const { state, effect = { kind: 'none' } } = step;
  const { model } = app;
  const next =
    state === undefined ? model : { ...model, screens: { ...model.screens, [view]: state } };
  return perform({ ...app, model: next }, effect, nowMs);
}

function navigate(app: App, to: Navigation, nowMs: number): Stepped {
  if (topMode(app.router.modes).kind === 'modal') return { app: scrolled(app, to), effects: [] };
  const { model } = app;
  if (to === 'back' && hasProblem(model)) return happen(app, { kind: 'dismiss' }, nowMs);
  const screen = shownScreen(model);
  const step = screen.navigate?.(to, model);
  if (step !== undefined) return withStep(app, screen, { step, nowMs });
  if (to === 'back') return perform(app, backEffect(model), nowMs);
  const ids = screen.ids?.(model) ?? [];
  const selected = selectedId(model, screen.view, ids);
  if (to === 'open') {
    if (selected === undefined || screen.enter === undefined) return { app, effects: [] };
    return perform(app, screen.enter(selected, model), nowMs);
  }
  const id = movedSelection(to, ids, { selected, pageRows: model.size.rows - 8 });
  if (id === undefined) return { app, effects: [] };
  return happen(app, { kind: 'select', view: screen.view, id }, nowMs);
}

/** It lies on top of everything: Esc takes it away first, and nothing of what is typed. */
function hasProblem({ notices }: Model): boolean {
  return notices.problems.length > 0;
}

/** What Esc takes away where the screen has nothing open: the filter, then the view. */
function backEffect(model: Model): Effect {
  const { view } = currentPlace(model.places);
  if (filterOf(model, view) !== '') {
    return { kind: 'emit', event: { kind: 'filter', text: '' } };
  }
  return { kind: 'emit', event: { kind: 'back' } };
}

function scrolled(app: App, to: Navigation): App {
  const { lines, rows } = helpSheet(helpOf(app), app.model.size);
  const sheetRows = scrolledBy(to, { at: app.sheetRows, lines: lines.length, rows });
  return sheetRows === undefined ? app : { ...app, sheetRows };
}

/** What `?` shows: the verbs of the view, and the keys of its editor. */
export function helpOf(app: App): readonly HelpSection[] {
  const { keys } = shownScreen(app.model);
  return [...helpSections(surroundingsOf(app)), ...(keys === undefined ? [] : [keys])];
}
