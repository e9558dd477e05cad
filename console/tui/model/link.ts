/** How the connection stands, and since when nothing was heard. */
import type { CeremonySnapshot } from '../../../shared/control/topics.ts';
import type { LinkState } from '../../client/control-events.ts';
import type { ControlProblem } from '../../client/control-problem.ts';
import { literal, type SafeText } from '../terminal/safe-text.ts';
import type { Token } from '../terminal/theme.ts';
import { ageText } from './figures.ts';
import { ceremonyStaleAfterMs, staleAfterMs } from './limits.ts';
import { snapshotIn, type Topic } from './topic.ts';

export interface Link {
  readonly state: LinkState;
  /** When the state was told. */
  readonly sinceMs: number;
  /** When the agent was last heard; undefined before the first time. */
  readonly heardAtMs: number | undefined;
  /** Why the last dial or socket failed; it stays until one works. */
  readonly lastProblem: ControlProblem | undefined;
  /** The thread that owns the channel died: only a new start helps. */
  readonly fault: boolean;
}

export const initialLink: Link = {
  state: { kind: 'connecting', attempt: 1 },
  sinceMs: 0,
  heardAtMs: undefined,
  lastProblem: undefined,
  fault: false,
};

/** The link after its worker told of it. */
export function linkTold(link: Link, state: LinkState, nowMs: number): Link {
  const problem = state.kind === 'waiting' ? state.problem : link.lastProblem;
  const lastProblem = state.kind === 'live' ? undefined : problem;
  return { ...link, state, sinceMs: nowMs, lastProblem };
}

/** What an operator must know of the link before trusting anything else on the screen. */
export type LinkHealth =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live'; readonly silentMs: number }
  | { readonly kind: 'stale'; readonly silentMs: number }
  | { readonly kind: 'disconnected'; readonly retryInMs: number; readonly reason: string }
  | { readonly kind: 'fault' };

/** How much silence is too much: less while a ceremony runs. */
export function silenceMsMax(ceremony: Topic<CeremonySnapshot>): number {
  const isRunning = snapshotIn(ceremony)?.state === 'collecting';
  return isRunning ? ceremonyStaleAfterMs : staleAfterMs;
}

export function linkHealth(link: Link, nowMs: number, silenceMs = staleAfterMs): LinkHealth {
  if (link.fault) return { kind: 'fault' };
  const silentMs = Math.max(0, nowMs - (link.heardAtMs ?? nowMs));
  switch (link.state.kind) {
    case 'live':
      return { kind: silentMs > silenceMs ? 'stale' : 'live', silentMs };
    case 'waiting': {
      const retryInMs = Math.max(0, link.sinceMs + link.state.retryInMs - nowMs);
      return { kind: 'disconnected', retryInMs, reason: link.state.problem.message };
    }
    case 'connecting': {
      // Between two dials of a lost link nothing has become better.
      const isFirst = link.state.attempt === 1 && link.heardAtMs === undefined;
      if (isFirst) return { kind: 'connecting' };
      return {
        kind: 'disconnected',
        retryInMs: 0,
        reason: link.lastProblem?.message ?? 'dialling',
      };
    }
  }
}

/** For the header: shape, word, and how old what is shown is. */
export function linkSign(
  link: Link,
  nowMs: number,
  silenceMs = staleAfterMs,
): { readonly text: SafeText; readonly token: Token } {
  const health = linkHealth(link, nowMs, silenceMs);
  switch (health.kind) {
    case 'connecting':
      return { text: literal('○ connecting'), token: 'muted' };
    case 'live':
      return { text: literal(`● ${ageText(health.silentMs)}`), token: 'good' };
    case 'stale':
      return { text: literal(`? stale ${ageText(health.silentMs)}`), token: 'warning' };
    case 'disconnected': {
      const since = link.heardAtMs === undefined ? '' : ` ${ageText(nowMs - link.heardAtMs)}`;
      return { text: literal(`✗ no link${since}`), token: 'bad' };
    }
    case 'fault':
      return { text: literal('✗ channel died'), token: 'bad' };
  }
}
