/** What a verb wants done outside of the model. Data: the application carries it out. */
import type { SafeText } from '../terminal/safe-text.ts';
import type { ApiRequest } from './api.ts';
import type { ModelEvent } from './event.ts';
import type { Ticket } from './pending.ts';
import type { VerifySource } from './verify.ts';

export type Effect =
  | { readonly kind: 'none' }
  | { readonly kind: 'several'; readonly effects: readonly Effect[] }
  /** Into the model. */
  | { readonly kind: 'emit'; readonly event: ModelEvent }
  | RequestEffect
  | { readonly kind: 'reset-ceremony'; readonly reason: string }
  /** The secret child: enter one share; found the cluster and show its shares; enter a token. */
  | { readonly kind: 'enter-share' }
  | { readonly kind: 'found'; readonly shares: number; readonly threshold: number }
  | { readonly kind: 'log-in' }
  | { readonly kind: 'log-out' }
  /** Signs the agent's challenge with this operator's key. */
  | { readonly kind: 'prove'; readonly operator: string }
  /** `$EDITOR` on a copy; what it leaves comes back as `edited`. */
  | {
      readonly kind: 'edit';
      readonly ticket: Ticket;
      readonly text: string;
      /** With its ending: `payments-app.hcl`. */
      readonly fileName: string;
    }
  /**
   * A secret in `$EDITOR`, past the model; `save` is given the data that comes of it. What the
   * editor left before and could not be saved is opened in place of what is stored.
   */
  | {
      readonly kind: 'edit-secret';
      readonly path: string;
      /** The one that is read, and that the change is based on. */
      readonly version: number;
      readonly read: ApiRequest;
      readonly save: RequestEffect;
      readonly fileName: string;
    }
  /** What `$EDITOR` left of a secret and was not saved. */
  | { readonly kind: 'discard-edit'; readonly path: string }
  | { readonly kind: 'verify'; readonly source: VerifySource }
  | { readonly kind: 'stop-verify' }
  /** One value of a secret into the clipboard, past the model. */
  | {
      readonly kind: 'copy-value';
      readonly request: ApiRequest;
      /** Whether the engine wraps the secret in `data`. */
      readonly isWrapped: boolean;
      readonly name: string;
      readonly what: SafeText;
    }
  /** OSC 52. */
  | { readonly kind: 'copy'; readonly text: string; readonly what: SafeText }
  | { readonly kind: 'dial'; readonly address: string }
  | { readonly kind: 'wall' }
  | { readonly kind: 'help' }
  /** Opens the command line with something typed already. */
  | { readonly kind: 'palette'; readonly text: string }
  | { readonly kind: 'dump' }
  | { readonly kind: 'redraw' }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'quit' };

export interface RequestEffect {
  readonly kind: 'request';
  readonly request: ApiRequest;
  /** For the screen that waits for the outcome. */
  readonly ticket?: Ticket;
  /** What is being done, for a problem: `delete policy payments-app`. */
  readonly what: SafeText;
  /** The toast after it went well; none where the screen shows it. */
  readonly success?: SafeText;
  /** Paths whose resources are to be read again after it. */
  readonly changes?: readonly string[];
  /** What follows when it went well and is still waited for: the new secret is selected. */
  readonly then?: readonly ModelEvent[];
  /** Codes of failures that the screen shows itself, while it waits for them. */
  readonly quiet?: readonly string[];
}

export const noEffect: Effect = { kind: 'none' };

export function emit(event: ModelEvent): Effect {
  return { kind: 'emit', event };
}

export function go(view: string, argument?: string): Effect {
  return emit({ kind: 'go', place: { view, argument } });
}

export function several(...effects: readonly Effect[]): Effect {
  return { kind: 'several', effects };
}

export function toast(text: SafeText, tone: 'good' | 'info' = 'info'): Effect {
  return emit({ kind: 'toast', text, tone });
}
