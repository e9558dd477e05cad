/**
 * The write window: verbs that change something work only while it is open. It guards against a
 * slip of the finger, not against anybody: rights are enforced by the agent in any case.
 */
import { literal, type SafeText } from '../terminal/safe-text.ts';
import { countdownText } from './figures.ts';

export interface WriteWindow {
  /** Undefined: closed. */
  readonly untilMs: number | undefined;
  /** `--read-only`: it cannot be opened. */
  readonly locked: boolean;
}

export function isWritable({ untilMs, locked }: WriteWindow, nowMs: number): boolean {
  return !locked && untilMs !== undefined && nowMs < untilMs;
}

/** For the header: `RO`, or `RW 08:31`. */
export function writeSign(window: WriteWindow, nowMs: number): SafeText {
  if (!isWritable(window, nowMs)) return literal('RO');
  return literal(`RW ${countdownText((window.untilMs ?? nowMs) - nowMs)}`);
}
