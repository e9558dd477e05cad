/** Everything that can change the model, as plain data. */
import type { ControlIdentity } from '../../../shared/control/methods.ts';
import type { ControlEvent } from '../../client/control-events.ts';
import type { ControlProblem } from '../../client/control-problem.ts';
import type { Navigation } from '../keys/navigation.ts';
import type { SafeText } from '../terminal/safe-text.ts';
import type { ApiOutcome, ApiRequest } from './api.ts';
import type { Ticket } from './pending.ts';
import type { Place, Places } from './places.ts';
import type { VerifyState } from './verify.ts';

export type ModelEvent =
  | { readonly kind: 'channel'; readonly event: ControlEvent }
  /** The channel's thread died. */
  | { readonly kind: 'channel-fault' }
  /** Whoever was logged in has left: nothing that they saw or typed stays. */
  | { readonly kind: 'logged-out' }
  /** Time passed. */
  | { readonly kind: 'tick' }
  /** Another agent is dialled: nothing of the one before is shown any more. */
  | { readonly kind: 'dialled'; readonly address: string }
  | { readonly kind: 'resize'; readonly columns: number; readonly rows: number }
  /** The agent knows now that this operator's key is here. */
  | { readonly kind: 'proved'; readonly identity: ControlIdentity }
  | { readonly kind: 'focus'; readonly focused: boolean }
  | { readonly kind: 'go'; readonly place: Place }
  | { readonly kind: 'back' }
  /** A new way from the first view on. */
  | { readonly kind: 'start'; readonly places: Places }
  /** For screens: another view is shown now, or the same on something else. */
  | { readonly kind: 'opened'; readonly place: Place }
  | { readonly kind: 'select'; readonly view: string; readonly id: string }
  | { readonly kind: 'navigate'; readonly to: Navigation }
  | { readonly kind: 'filter'; readonly text: string }
  /** What a view wants to show was asked for, and came. */
  | {
      readonly kind: 'asked';
      readonly request: ApiRequest;
      /** All that the view shows: it is not given up for this one. */
      readonly shown?: readonly ApiRequest[];
    }
  | { readonly kind: 'answered'; readonly request: ApiRequest; readonly outcome: ApiOutcome }
  /** What lies under the path may have changed. */
  | { readonly kind: 'stale'; readonly prefix: string }
  /** Records from before the tail was followed, oldest first. */
  | { readonly kind: 'audit-history'; readonly lines: readonly string[] }
  /** The outcome of what a verb did, for the screen that holds the ticket. */
  | { readonly kind: 'done'; readonly ticket: Ticket; readonly outcome: ApiOutcome }
  /** Any request left, and any answer came. */
  | {
      readonly kind: 'sent';
      readonly id: number;
      readonly operation: string;
      readonly path: string;
    }
  | {
      readonly kind: 'returned';
      readonly id: number;
      readonly status: number;
      readonly code: string;
    }
  | { readonly kind: 'toast'; readonly text: SafeText; readonly tone: 'good' | 'info' }
  | { readonly kind: 'problem'; readonly what: SafeText; readonly problem: ControlProblem }
  | { readonly kind: 'dismiss' }
  /** Opens the write window; 0 closes it. */
  | { readonly kind: 'write-window'; readonly seconds: number }
  /** Text that came back from `$EDITOR`, for the screen that holds the ticket. */
  | { readonly kind: 'edited'; readonly ticket: Ticket; readonly text: string }
  /** Whether there is an unsaved text of a secret from `$EDITOR`; the text is not in the model. */
  | { readonly kind: 'kept'; readonly path: string; readonly isKept: boolean }
  | { readonly kind: 'verify'; readonly state: VerifyState }
  /** Of one screen alone. */
  | { readonly kind: 'screen'; readonly view: string; readonly event: unknown };
