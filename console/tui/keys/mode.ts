/**
 * Who has the keyboard. Modes are a stack: the top one gets every key and no other sees it, so
 * nothing typed into a dialog can act on the view below. The bottom is always `normal`.
 */
import { assert } from '../../../shared/assert.ts';
import { modesMax } from '../../limits.ts';
import type { Confirmation } from './confirm.ts';
import type { LineInput } from './line-input.ts';

export type Mode = NormalMode | LineMode | TextMode | ConfirmMode | PanelMode;

export interface NormalMode {
  readonly kind: 'normal';
}

/** The command palette, or the filter of the view. */
export interface LineMode {
  readonly kind: 'line';
  readonly purpose: 'palette' | 'filter';
  readonly line: LineInput;
  /** How far back in the history the line came from; 0 is what is being typed. */
  readonly historyDepth: number;
  /** What stood there before: the filter that Esc gives back. */
  readonly before: string;
  /** Why the line was not run, until it is changed; '' while nothing is wrong. */
  readonly problem: string;
}

/** An editor or a form of the view: it gets the keys that no verb takes with Control or Alt. */
export interface TextMode {
  readonly kind: 'text';
  readonly field: string;
}

/** The modal dialog that asks before a dangerous act. */
export interface ConfirmMode {
  readonly kind: 'modal';
  readonly modal: 'confirm';
  readonly confirmation: Confirmation;
}

/** A modal sheet to read: help, or one of the view's own. Esc closes it, keys scroll it. */
export interface PanelMode {
  readonly kind: 'modal';
  readonly modal: 'panel';
  readonly panel: string;
  readonly openedAtMs: number;
}

export type Modes = readonly [NormalMode, ...Mode[]];

export const normalModes: Modes = [{ kind: 'normal' }];

export function topMode(modes: Modes): Mode {
  return modes.at(-1) ?? modes[0];
}

export function pushMode(modes: Modes, mode: Mode): Modes {
  assert(modes.length < modesMax, 'modes are left before others are entered');
  return [...modes, mode];
}

export function popMode(modes: Modes): Modes {
  const [normal, ...rest] = modes;
  return [normal, ...rest.slice(0, -1)];
}

export function replaceTop(modes: Modes, mode: Mode): Modes {
  assert(modes.length > 1, 'the normal mode is never replaced');
  return [...popMode(modes), mode];
}
