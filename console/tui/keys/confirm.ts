/**
 * The dialog before a dangerous act, as a pure state machine. Enter never confirms, nor does a
 * paste, nor any key within 300 ms of opening: held-down keys repeat, and lost somebody a day's
 * work elsewhere. The target is frozen when the dialog opens.
 */
import { assert } from '../../../shared/assert.ts';
import { confirmArmMs, dialogDeafMs } from '../../limits.ts';
import type { KeyName } from './key-name.ts';
import { editLine, emptyLine, lineText, type LineInput } from './line-input.ts';
import type { Danger, Target, Warning } from './verb.ts';

export interface Confirmation {
  readonly verbId: string;
  readonly danger: Exclude<Danger, 0>;
  readonly target: Target;
  readonly warning: Warning;
  readonly args: readonly string[];
  readonly openedAtMs: number;
  /** What is typed to prove intent: the object's name, or the cluster's for danger 3. */
  readonly name: LineInput;
  /** Danger 3 only. */
  readonly reason: LineInput;
  readonly field: 'name' | 'reason';
  /** Since when everything asked for has been there; undefined while something is missing. */
  readonly completeSinceMs: number | undefined;
}

export type ConfirmOutcome =
  | { readonly kind: 'open'; readonly confirmation: Confirmation }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'confirmed'; readonly reason: string };

/** The key that acts once everything asked for is typed. */
export const actKey: KeyName = 'C-y';

export interface ConfirmationSeed {
  readonly verbId: string;
  readonly danger: Danger;
  readonly target: Target;
  readonly warning: Warning;
  readonly args: readonly string[];
}

export function openConfirmation(seed: ConfirmationSeed, nowMs: number): Confirmation {
  const { danger } = seed;
  assert(danger !== 0, 'a harmless verb asks nothing');
  return {
    ...seed,
    danger,
    openedAtMs: nowMs,
    name: emptyLine,
    reason: emptyLine,
    field: 'name',
    completeSinceMs: undefined,
  };
}

/** What the key does to the dialog; a key that comes too early does nothing. */
export function confirmKey(
  confirmation: Confirmation,
  key: KeyName,
  nowMs: number,
): ConfirmOutcome {
  if (isDeaf(confirmation, nowMs)) return { kind: 'open', confirmation };
  if (key === 'Esc' || key === 'C-c') return { kind: 'cancelled' };
  return confirmation.danger === 1
    ? answerQuestion(confirmation, key)
    : typeProof(confirmation, key, nowMs);
}

/** Whether the dialog has been open for too short a time to listen. */
function isDeaf({ openedAtMs }: Confirmation, nowMs: number): boolean {
  return nowMs - openedAtMs < dialogDeafMs;
}

/** Milliseconds until the act key works; 0 when it does; undefined while something is missing. */
export function armedInMs(confirmation: Confirmation, nowMs: number): number | undefined {
  if (confirmation.completeSinceMs === undefined) return undefined;
  if (confirmation.danger < 3) return 0;
  return Math.max(0, confirmArmMs - (nowMs - confirmation.completeSinceMs));
}

/** What is missing before the act key arms itself; '' when nothing is. */
export function missing(confirmation: Confirmation): string {
  const wanted = nameWanted(confirmation);
  if (lineText(confirmation.name) !== wanted) return wanted;
  return isComplete(confirmation) ? '' : 'a reason';
}

/** What must be typed: the object's name, or the cluster's for danger 3. */
function nameWanted({ danger, target, warning }: Confirmation): string {
  return danger === 3 ? warning.cluster : target.name;
}

function answerQuestion(confirmation: Confirmation, key: KeyName): ConfirmOutcome {
  if (key === 'y') return { kind: 'confirmed', reason: '' };
  return key === 'n' ? { kind: 'cancelled' } : { kind: 'open', confirmation };
}

function typeProof(confirmation: Confirmation, key: KeyName, nowMs: number): ConfirmOutcome {
  if (key === actKey) {
    const isArmed = armedInMs(confirmation, nowMs) === 0;
    if (!isArmed) return { kind: 'open', confirmation };
    return { kind: 'confirmed', reason: lineText(confirmation.reason).trim() };
  }
  return { kind: 'open', confirmation: edited(confirmation, key, nowMs) };
}

function edited(confirmation: Confirmation, key: KeyName, nowMs: number): Confirmation {
  const { danger, field } = confirmation;
  if (key === 'Tab' || key === 'S-Tab' || key === 'Up' || key === 'Down' || key === 'Enter') {
    if (danger < 3) return confirmation;
    return { ...confirmation, field: field === 'name' ? 'reason' : 'name' };
  }
  const changed = { ...confirmation, [field]: editLine(confirmation[field], key) };
  return {
    ...changed,
    completeSinceMs: isComplete(changed) ? completeSince(changed, nowMs) : undefined,
  };
}

function completeSince({ completeSinceMs }: Confirmation, nowMs: number): number {
  return completeSinceMs ?? nowMs;
}

function isComplete(confirmation: Confirmation): boolean {
  if (lineText(confirmation.name) !== nameWanted(confirmation)) return false;
  return confirmation.danger < 3 || lineText(confirmation.reason).trim() !== '';
}
