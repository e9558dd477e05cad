/**
 * From keys to what they mean. Pure: the state is a stack of modes and the palette's history; the
 * answer is the next state and at most one intent, which the application carries out. A key means
 * what the top mode says, and nothing below hears of it.
 */
import { confirmKey, type ConfirmOutcome } from './confirm.ts';
import type { InputEvent } from './input-event.ts';
import { isCommandKey, type KeyName } from './key-name.ts';
import { routeLine, pasteIntoLine } from './line-mode.ts';
import { emptyLine, lineOf } from './line-input.ts';
import {
  popMode,
  pushMode,
  replaceTop,
  topMode,
  type ConfirmMode,
  type Modes,
  type PanelMode,
} from './mode.ts';
import { builtInOf, isNavigation, type BuiltIn } from './navigation.ts';
import type { Intent, Routed, RouterState, Surroundings } from './routing.ts';
import { resolveVerb, startVerb } from './start-verb.ts';
import { dialogDeafMs, pasteBytesMax } from '../../limits.ts';

/** What the event means, and the state after it. */
export function route<Model, Effect>(
  state: RouterState,
  event: InputEvent,
  surroundings: Surroundings<Model, Effect>,
): Routed<Effect> {
  switch (event.kind) {
    case 'key':
      return routeKey(state, event.key, surroundings);
    case 'paste':
      return routePaste(state, event.text, surroundings);
    case 'paste-refused':
      return answer(state, { kind: 'notice', text: refusedPaste[event.reason] });
    case 'focus':
      return answer(state, { kind: 'none' });
  }
}

const refusedPaste = {
  'too-long': `paste ignored: it is longer than ${pasteBytesMax / 1_024} KiB`,
  unterminated: 'paste ignored: its end never came',
} as const;

/** Opens the palette with a line already typed: `:node `. */
export function openPalette(modes: Modes, text = ''): Modes {
  return pushMode(modes, {
    kind: 'line',
    purpose: 'palette',
    line: lineOf(text),
    historyDepth: 0,
    before: '',
    problem: '',
  });
}

/** Shows a sheet to read over the view; Esc, `q` and `?` close it. */
export function openPanel(modes: Modes, panel: string, openedAtMs: number): Modes {
  return pushMode(modes, { kind: 'modal', modal: 'panel', panel, openedAtMs });
}

/**
 * Closes a dialog whose object has changed or gone since it opened: what it says is no longer so.
 * Called whenever the model changes.
 */
export function closeStaleDialog<Model, Effect>(
  state: RouterState,
  { verbs, model }: Surroundings<Model, Effect>,
): Routed<Effect> {
  const top = topMode(state.modes);
  if (top.kind !== 'modal' || top.modal !== 'confirm') return answer(state, { kind: 'none' });
  const { verbId, target } = top.confirmation;
  const now = verbs.find(({ id }) => id === verbId)?.target?.(model, target.id);
  if (now !== undefined && now.version === target.version) return answer(state, { kind: 'none' });
  return answer(popped(state), {
    kind: 'notice',
    text: `${target.name} has changed; nothing was done`,
  });
}

function routeKey<Model, Effect>(
  state: RouterState,
  key: KeyName,
  surroundings: Surroundings<Model, Effect>,
): Routed<Effect> {
  const top = topMode(state.modes);
  switch (top.kind) {
    case 'normal':
      return routeNormal(state, key, surroundings);
    case 'line':
      return routeLine(state, { top, key }, surroundings);
    case 'text':
      return routeText(state, key, surroundings);
    case 'modal':
      return top.modal === 'confirm'
        ? routeConfirm(state, { top, key }, surroundings)
        : routePanel(state, { top, key }, surroundings);
  }
}

/** A verb of the view wins over one of all views, and both over the keys that move about. */
function routeNormal<Model, Effect>(
  state: RouterState,
  key: KeyName,
  surroundings: Surroundings<Model, Effect>,
): Routed<Effect> {
  const verb = resolveVerb(key, surroundings);
  if (verb !== undefined) return startVerb(state, { verb, args: [] }, surroundings);
  const builtIn = builtInOf(key);
  return builtIn === undefined
    ? answer(state, { kind: 'none' })
    : doBuiltIn(state, builtIn, surroundings);
}

function doBuiltIn<Model, Effect>(
  state: RouterState,
  builtIn: BuiltIn,
  { nowMs, filter = '' }: Surroundings<Model, Effect>,
): Routed<Effect> {
  const { modes } = state;
  if (isNavigation(builtIn)) return answer(state, { kind: 'navigate', to: builtIn });
  if (builtIn === 'palette') return answer({ ...state, modes: openPalette(modes) }, none);
  if (builtIn === 'help') return answer({ ...state, modes: openPanel(modes, 'help', nowMs) }, none);
  const line = filter === '' ? emptyLine : lineOf(filter);
  const mode = {
    kind: 'line',
    purpose: 'filter',
    line,
    historyDepth: 0,
    before: filter,
    problem: '',
  } as const;
  return answer({ ...state, modes: pushMode(modes, mode) }, none);
}

const none = { kind: 'none' } as const;

/** An editor has the keyboard, but Control, Alt and F keys of the view's verbs stay verbs. */
function routeText<Model, Effect>(
  state: RouterState,
  key: KeyName,
  surroundings: Surroundings<Model, Effect>,
): Routed<Effect> {
  const verb = isCommandKey(key) ? resolveVerb(key, surroundings) : undefined;
  if (verb !== undefined) return startVerb(state, { verb, args: [] }, surroundings);
  const builtIn = key === 'F1' || key === 'F2' ? builtInOf(key) : undefined;
  if (builtIn !== undefined) return doBuiltIn(state, builtIn, surroundings);
  return answer(state, { kind: 'text', event: { kind: 'key', key } });
}

function routeConfirm<Model, Effect>(
  state: RouterState,
  { top, key }: { readonly top: ConfirmMode; readonly key: KeyName },
  surroundings: Surroundings<Model, Effect>,
): Routed<Effect> {
  const outcome: ConfirmOutcome = confirmKey(top.confirmation, key, surroundings.nowMs);
  if (outcome.kind === 'cancelled') return answer(popped(state), none);
  if (outcome.kind === 'open') {
    const mode = { ...top, confirmation: outcome.confirmation };
    return answer({ ...state, modes: replaceTop(state.modes, mode) }, none);
  }
  if (surroundings.focused === false) {
    return answer(state, {
      kind: 'notice',
      text: 'the terminal is not in focus; nothing was done',
    });
  }
  return confirmed(state, top, { reason: outcome.reason, surroundings });
}

/** Everything is looked at once more: rights, window and object may have changed meanwhile. */
function confirmed<Model, Effect>(
  state: RouterState,
  { confirmation }: ConfirmMode,
  given: { readonly reason: string; readonly surroundings: Surroundings<Model, Effect> },
): Routed<Effect> {
  const { surroundings, reason } = given;
  const { target, args, verbId } = confirmation;
  const stale = closeStaleDialog(state, surroundings);
  if (stale.intent.kind === 'notice') return stale;
  const verb = surroundings.verbs.find(({ id }) => id === verbId);
  if (verb === undefined) return answer(popped(state), none);
  return startVerb(popped(state), { verb, args, confirmed: { target, reason } }, surroundings);
}

function routePanel<Model, Effect>(
  state: RouterState,
  { top, key }: { readonly top: PanelMode; readonly key: KeyName },
  { nowMs }: Surroundings<Model, Effect>,
): Routed<Effect> {
  if (nowMs - top.openedAtMs < dialogDeafMs) return answer(state, none);
  if (key === 'Esc' || key === 'q' || key === '?' || key === 'F1') {
    return answer(popped(state), none);
  }
  const builtIn = builtInOf(key);
  return builtIn !== undefined && isNavigation(builtIn)
    ? answer(state, { kind: 'navigate', to: builtIn })
    : answer(state, none);
}

function routePaste<Model, Effect>(
  state: RouterState,
  text: string,
  surroundings: Surroundings<Model, Effect>,
): Routed<Effect> {
  const top = topMode(state.modes);
  if (top.kind === 'line') return pasteIntoLine(state, { top, text }, surroundings);
  if (top.kind === 'text') {
    return answer(state, { kind: 'text', event: { kind: 'paste', text } });
  }
  const refusal = top.kind === 'modal' ? 'a dialog takes no paste: type it' : 'paste ignored';
  return answer(state, { kind: 'notice', text: refusal });
}

function popped(state: RouterState): RouterState {
  return { ...state, modes: popMode(state.modes) };
}

function answer<Effect>(state: RouterState, intent: Intent<Effect>): Routed<Effect> {
  return { state, intent };
}
