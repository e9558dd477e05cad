/** What the router is given and what it answers. */
import type { InputEvent } from './input-event.ts';
import { normalModes, type Modes } from './mode.ts';
import type { Navigation } from './navigation.ts';
import type { Verb, View } from './verb.ts';

export interface RouterState {
  readonly modes: Modes;
  /** Commands that were run, newest first. */
  readonly history: readonly string[];
}

export const initialRouter: RouterState = { modes: normalModes, history: [] };

/** What a key's meaning depends on besides the modes. */
export interface Surroundings<Model, Effect> {
  readonly verbs: readonly Verb<Model, Effect>[];
  readonly view: View;
  readonly model: Model;
  /** Whether the write window is open: `:write 10m`. */
  readonly writable: boolean;
  /** Whether the terminal has the focus; unknown counts as yes. */
  readonly focused?: boolean;
  /** The filter that the view has now, as typed. */
  readonly filter?: string;
  readonly nowMs: number;
}

/** What the application is to do. */
export type Intent<Effect> =
  | { readonly kind: 'none' }
  | { readonly kind: 'effect'; readonly verbId: string; readonly effect: Effect }
  | { readonly kind: 'navigate'; readonly to: Navigation }
  /** The filter as typed so far; '' is none. */
  | { readonly kind: 'filter'; readonly text: string }
  /** For the editor, form or secret field that has the keyboard. */
  | { readonly kind: 'text'; readonly event: Extract<InputEvent, { kind: 'key' | 'paste' }> }
  /** A sentence for a toast. */
  | { readonly kind: 'notice'; readonly text: string };

export interface Routed<Effect> {
  readonly state: RouterState;
  readonly intent: Intent<Effect>;
}
