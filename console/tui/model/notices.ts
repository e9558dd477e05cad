/**
 * What the console has to say beside the views: toasts for results, which pass, and problems that
 * need somebody, which stay until they are dismissed.
 */
import type { ControlProblem } from '../../client/control-problem.ts';
import type { SafeText } from '../terminal/safe-text.ts';
import { problemsMax, toastMs, toastsMax } from './limits.ts';

export interface Toast {
  readonly id: number;
  readonly text: SafeText;
  readonly tone: 'good' | 'info';
  readonly untilMs: number;
}

export interface StandingProblem {
  readonly id: number;
  /** What was tried: `save policy payments-app`. */
  readonly what: SafeText;
  readonly problem: ControlProblem;
}

export interface Notices {
  readonly toasts: readonly Toast[];
  /** Newest last. */
  readonly problems: readonly StandingProblem[];
  readonly nextId: number;
}

export const noNotices: Notices = { toasts: [], problems: [], nextId: 1 };

export function withToast(
  notices: Notices,
  toast: Pick<Toast, 'text' | 'tone'>,
  nowMs: number,
): Notices {
  const made = { ...toast, id: notices.nextId, untilMs: nowMs + toastMs };
  // The same sentence twice is one that stays longer.
  const others = notices.toasts.filter(({ text }) => text !== toast.text);
  return {
    ...notices,
    toasts: [...others, made].slice(-toastsMax),
    nextId: notices.nextId + 1,
  };
}

export function withProblem(
  notices: Notices,
  problem: Pick<StandingProblem, 'what' | 'problem'>,
): Notices {
  const made = { ...problem, id: notices.nextId };
  const others = notices.problems.filter(
    ({ what, problem: { code } }) => what !== problem.what || code !== problem.problem.code,
  );
  return {
    ...notices,
    problems: [...others, made].slice(-problemsMax),
    nextId: notices.nextId + 1,
  };
}

/** Without the newest problem. */
export function dismissed(notices: Notices): Notices {
  return { ...notices, problems: notices.problems.slice(0, -1) };
}

/** Without the toasts whose time is over; the same object if there are none. */
export function withoutOld(notices: Notices, nowMs: number): Notices {
  if (notices.toasts.every(({ untilMs }) => nowMs < untilMs)) return notices;
  return { ...notices, toasts: notices.toasts.filter(({ untilMs }) => nowMs < untilMs) };
}
