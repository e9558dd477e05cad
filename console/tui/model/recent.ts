/** What happened last: alarms that came and went, and what was done to the seal. Newest first. */
import type { CeremonyEvent } from '../../../shared/control/topics.ts';
import { clean, type SafeText } from '../terminal/safe-text.ts';
import type { Token } from '../terminal/theme.ts';
import { clockText } from './figures.ts';
import type { Model } from './model.ts';
import { snapshotIn } from './topic.ts';

export interface RecentLine {
  readonly at: SafeText;
  readonly what: SafeText;
  readonly token: Token;
}

const lineColumnsMax = 160;

/** Of one node, or of all of them. The ceremony is that of the node that answers. */
export function recentLines(
  model: Model,
  { node, most }: { readonly node?: string; readonly most: number },
): readonly RecentLine[] {
  const isWanted = (alarm: { readonly node: string }): boolean =>
    node === undefined || alarm.node === node;
  const alarms = snapshotIn(model.alarms);
  const opened = (alarms?.open ?? []).filter(isWanted).map((alarm) => ({
    atMs: alarm.raisedAtMs,
    what: clean(`${alarm.node}: ${alarm.sentence}`, lineColumnsMax),
    token: alarm.severity === 'critical' ? ('bad' as const) : ('warning' as const),
  }));
  const cleared = (alarms?.cleared ?? []).filter(isWanted).map((alarm) => ({
    atMs: alarm.clearedAtMs,
    what: clean(`${alarm.node}: over: ${alarm.sentence}`, lineColumnsMax),
    token: 'muted' as const,
  }));
  const self = snapshotIn(model.cluster)?.self;
  const isHere = node === undefined || node === self;
  const events = isHere ? (snapshotIn(model.ceremony)?.events ?? []) : [];
  return [...opened, ...cleared, ...events.filter(isNews).map(eventOf)]
    .toSorted((left, right) => right.atMs - left.atMs)
    .slice(0, most)
    .map(({ atMs, what, token }) => ({ at: clockText(atMs), what, token }));
}

function isNews({ what }: CeremonyEvent): boolean {
  return what !== 'joined' && what !== 'left';
}

/** `sealed by alice: fire drill`, `share 2 entered by bob` */
function eventOf({ atMs, what, by, detail }: CeremonyEvent) {
  const act = what === 'entered' ? `share ${detail} entered` : what;
  const who = by === undefined ? '' : ` by ${by}`;
  const why = what === 'entered' || detail === '' ? '' : `: ${detail}`;
  return { atMs, what: clean(`${act}${who}${why}`, lineColumnsMax), token: 'text' as const };
}
