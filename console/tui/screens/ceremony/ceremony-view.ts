/**
 * The unseal ceremony: which shares came in and by whom, who watches, what happened. All terminals
 * draw the agent's own state, so that all of them show the same; shares are entered in a process
 * of their own, and only sealed boxes leave it.
 */
import type { CeremonyEvent, CeremonySnapshot } from '../../../../shared/control/topics.ts';
import type { JsonValue } from '../../../../shared/json/value.ts';
import { clockText, countdownText } from '../../model/figures.ts';
import { holderOf, type Model } from '../../model/model.ts';
import { snapshotIn } from '../../model/topic.ts';
import { clean, literal, type SafeText } from '../../terminal/safe-text.ts';
import type { Token } from '../../terminal/theme.ts';
import { clusterName } from '../cluster/cluster-view.ts';
import { defineScreen, type Screen, type ScreenVerb } from '../screen.ts';

const view = 'ceremony';
const nameColumnsMax = 24;

export interface CeremonyView {
  readonly title: SafeText;
  /** In one line: what is going on, and who is to act. */
  readonly sentence: SafeText;
  readonly token: Token;
  readonly nonce: SafeText;
  readonly setId: SafeText;
  readonly shares: readonly ShareLine[];
  readonly entered: number;
  readonly threshold: number;
  readonly count: number;
  /** `deadline 12:13:00Z  07:42`; empty while nothing is entered. */
  readonly deadline: SafeText;
  /** Less than a minute is left. */
  readonly isUrgent: boolean;
  readonly participants: readonly { readonly text: SafeText; readonly isSelf: boolean }[];
  /** Newest last. */
  readonly events: readonly { readonly text: SafeText; readonly token: Token }[];
}

export interface ShareLine {
  readonly index: SafeText;
  readonly state: SafeText;
  readonly token: Token;
  readonly by: SafeText;
}

/** Undefined before the first snapshot. */
export function selectCeremony(model: Model): CeremonyView | undefined {
  const snapshot = snapshotIn(model.ceremony);
  if (snapshot === undefined) return undefined;
  const agentNowMs = model.nowMs + model.agentAheadMs;
  const leftMs = (snapshot.deadlineAtMs ?? agentNowMs) - agentNowMs;
  return {
    title: literal(`attempt ${snapshot.attempt}`),
    ...sentence(snapshot),
    nonce: clean(shortened(snapshot.nonce), 20),
    setId: clean(snapshot.setId === '' ? '–' : snapshot.setId, 24),
    shares: shareLines(snapshot),
    entered: snapshot.entered.length,
    threshold: snapshot.threshold,
    count: snapshot.count,
    deadline: deadlineText(snapshot, leftMs),
    isUrgent: snapshot.deadlineAtMs !== undefined && leftMs < 60_000,
    participants: snapshot.participants.map(({ name, proved, view: looksAt }) => ({
      text: clean(`${name}${proved ? ' ✓' : ''} (${viewWord(looksAt)})`, nameColumnsMax + 16),
      isSelf: name === holderOf(model),
    })),
    events: withoutComings(snapshot.events).map(eventLine),
  };
}

function sentence(snapshot: CeremonySnapshot): Pick<CeremonyView, 'sentence' | 'token'> {
  const { state, threshold, entered, ceremony } = snapshot;
  if (ceremony === 'init') {
    return { sentence: literal('no key yet: :init makes it and its shares'), token: 'warning' };
  }
  if (state === 'done') return { sentence: literal('unsealed: nothing to do'), token: 'good' };
  const missing = Math.max(0, threshold - entered.length);
  const shares = missing === 1 ? 'share' : 'shares';
  const more = entered.length === 0 ? shares : `more ${shares}`;
  const text = `sealed: ${missing} ${more} needed · Enter gives one, here or on any terminal`;
  return { sentence: literal(text), token: 'bad' };
}

/** Shares come in by index: the paper says which one it is. */
function shareLines({ entered, count, state }: CeremonySnapshot): readonly ShareLine[] {
  const byIndex = new Map(entered.map((share) => [share.index, share]));
  const total = Math.max(count, ...byIndex.keys());
  return Array.from({ length: total }, (_, position) => {
    const share = byIndex.get(position + 1);
    const index = literal(String(position + 1));
    if (share === undefined) {
      const text = literal(state === 'done' ? '– not used' : '○ not entered');
      return { index, state: text, token: 'muted' as const, by: literal('') };
    }
    const by = clean(share.by ?? 'over the API, no name', nameColumnsMax);
    return { index, state: literal(`● in ${clockText(share.atMs)}`), token: 'good' as const, by };
  });
}

function deadlineText({ deadlineAtMs }: CeremonySnapshot, leftMs: number): SafeText {
  if (deadlineAtMs === undefined) return literal('');
  return literal(`deadline ${clockText(deadlineAtMs)}  ${countdownText(leftMs)}`);
}

/** Of who came and went only the last word on each: the log is for what was done. */
function withoutComings(events: readonly CeremonyEvent[]): readonly CeremonyEvent[] {
  const isComing = ({ what }: CeremonyEvent): boolean => what === 'joined' || what === 'left';
  return events.filter((event, index) => {
    if (!isComing(event)) return true;
    return !events.slice(index + 1).some((later) => isComing(later) && later.by === event.by);
  });
}

/** What a refusal's code means to the one who holds the paper. */
const refusals: ReadonlyMap<string, string> = new Map([
  ['share.duplicate', 'this share is in already; another one is needed'],
  ['share.mismatch', 'WRONG SHARE: its number fits, its content does not'],
  ['share.foreign', 'WRONG SHARE: it belongs to another set'],
  ['share.malformed', 'not a share: mistyped or cut off'],
  ['share.checksum', 'a character is mistyped'],
  ['share.zero-index', 'not a share: its number is 0'],
  ['share.short', 'not a share: a whole key, of a seal of one'],
  ['share.box-unreadable', 'made for another node or attempt: enter it anew'],
  ['share.box-foreign', 'made for another attempt or holder: enter it anew'],
]);

const eventWords: Readonly<Record<CeremonyEvent['what'], string>> = {
  joined: 'joined',
  left: 'left',
  entered: 'share',
  refused: 'REFUSED',
  reset: 'RESET',
  expired: 'EXPIRED',
  unsealed: 'unsealed',
  sealed: 'sealed',
  initialised: 'initialised',
};

function eventLine({ atMs, what, by, detail }: CeremonyEvent): CeremonyView['events'][number] {
  const meaning = refusals.get(detail) ?? detail;
  const end = what === 'entered' ? `${detail} in` : meaning;
  const parts = [clockText(atMs), by ?? '', eventWords[what], end];
  const isBad = what === 'refused' || what === 'reset' || what === 'expired';
  const isGood = what === 'entered' || what === 'unsealed';
  return {
    text: clean(parts.filter((part) => part !== '').join(' '), 200),
    token: isBad ? 'bad' : isGood ? 'good' : 'text',
  };
}

/** Without the tag behind it, which means something to consoles alone. */
function viewWord(told: string): string {
  return told.split(' ', 1)[0] ?? '';
}

function shortened(nonce: string): string {
  return nonce.length <= 13 ? nonce : `${nonce.slice(0, 8)}…${nonce.slice(-4)}`;
}

function isOpen(model: Model): true | string {
  const snapshot = snapshotIn(model.ceremony);
  if (snapshot === undefined) return 'the agent has not said yet how the ceremony stands';
  if (snapshot.ceremony === 'init') return 'there is no key yet: :init makes it';
  return snapshot.state !== 'done' || 'the agent is unsealed: no share is needed';
}

function hasShares(model: Model): true | string {
  const snapshot = snapshotIn(model.ceremony);
  if (snapshot?.state === 'collecting') return true;
  return 'no share is in: there is nothing to reset';
}

const verbs: readonly ScreenVerb[] = [
  {
    id: 'ceremony.enter',
    title: 'enter share',
    help: 'type or paste one share; a process of its own reads it, and seals it for the agent',
    keys: ['Enter', 'e'],
    command: { name: 'unseal', aliases: ['operator unseal'] },
    view,
    danger: 0,
    needsWrite: false,
    footer: 1,
    enabledWhen: isOpen,
    run: () => ({ kind: 'enter-share' }),
  },
  {
    id: 'ceremony.abort',
    title: 'abort',
    help: 'drop the shares that are in and begin anew; all terminals see by whom, and why',
    keys: ['C-x'],
    command: { name: 'abort', parameters: [{ name: 'REASON', optional: true, takesRest: true }] },
    view,
    danger: 1,
    needsWrite: false,
    footer: 2,
    enabledWhen: hasShares,
    target: (model) => {
      const snapshot = snapshotIn(model.ceremony);
      if (snapshot === undefined) return undefined;
      const name = literal(`ceremony, attempt ${snapshot.attempt}`);
      return { id: view, name, version: snapshot.nonce };
    },
    warning: (model) => ({
      cluster: clusterName(model),
      act: literal('Abort this attempt'),
      effect: literal('the shares that are in are dropped; a new attempt begins'),
      undo: literal('enter the shares again; nothing else is lost'),
    }),
    run: ({ args }) => ({ kind: 'reset-ceremony', reason: args[0] ?? 'aborted at a console' }),
  },
];

export const ceremonyScreen: Screen = defineScreen<null>({
  view,
  command: { name: 'ceremony', aliases: ['ceremonies'] },
  help: 'unseal: which shares are in, who is here, what happened',
  initial: null,
  verbs,
  plain: (model) => {
    const snapshot = snapshotIn(model.ceremony);
    return snapshot === undefined ? null : (JSON.parse(JSON.stringify(snapshot)) as JsonValue);
  },
});
