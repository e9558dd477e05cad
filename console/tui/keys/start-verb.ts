/** From a chosen verb to its effect, its dialog, or the sentence that says why neither comes. */
import { openConfirmation } from './confirm.ts';
import type { KeyName } from './key-name.ts';
import { pushMode } from './mode.ts';
import type { Routed, RouterState, Surroundings } from './routing.ts';
import type { Target, Verb } from './verb.ts';

interface Start<Model, Effect> {
  readonly verb: Verb<Model, Effect>;
  readonly args: readonly string[];
  /** Present when the dialog was answered: what was frozen when it opened. */
  readonly confirmed?: { readonly target: Target; readonly reason: string };
}

/** The verb on this key: one of the view before one of all views. */
export function resolveVerb<Model, Effect>(
  key: KeyName,
  { verbs, view }: Surroundings<Model, Effect>,
): Verb<Model, Effect> | undefined {
  const onKey = verbs.filter(({ keys }) => keys.includes(key));
  return onKey.find((verb) => verb.view === view) ?? onKey.find((verb) => verb.view === 'global');
}

/** Why the verb does not work now; undefined if it does. */
export function refusal<Model, Effect>(
  verb: Verb<Model, Effect>,
  { model, writable }: Surroundings<Model, Effect>,
): string | undefined {
  const enabled = verb.enabledWhen(model);
  if (typeof enabled === 'string') return enabled;
  if (!enabled) return `${verb.title}: not possible here now`;
  return verb.needsWrite && !writable
    ? 'read only: C-o lets you make changes for ten minutes'
    : undefined;
}

/** Runs the verb, or opens the dialog that it needs first. */
export function startVerb<Model, Effect>(
  state: RouterState,
  { verb, args, confirmed }: Start<Model, Effect>,
  surroundings: Surroundings<Model, Effect>,
): Routed<Effect> {
  const { model, nowMs } = surroundings;
  const reason = refusal(verb, surroundings);
  if (reason !== undefined) return { state, intent: { kind: 'notice', text: reason } };
  const target = confirmed?.target ?? verb.target?.(model, args[0]);
  if (verb.target !== undefined && target === undefined) {
    return { state, intent: { kind: 'notice', text: `${verb.title}: nothing is selected` } };
  }
  if (confirmed !== undefined || verb.danger === 0 || target === undefined) {
    const effect = verb.run({ model, target, args, reason: confirmed?.reason ?? '' });
    return { state, intent: { kind: 'effect', verbId: verb.id, effect } };
  }
  const warning = verb.warning?.(model, target);
  if (warning === undefined) {
    return { state, intent: { kind: 'notice', text: `${verb.title}: nothing to confirm` } };
  }
  const seed = { verbId: verb.id, danger: verb.danger, target, warning, args };
  const confirmation = openConfirmation(seed, nowMs);
  const mode = { kind: 'modal', modal: 'confirm', confirmation } as const;
  return { state: { ...state, modes: pushMode(state.modes, mode) }, intent: { kind: 'none' } };
}
