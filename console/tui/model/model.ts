/**
 * The whole state of a console; reduce.ts has how events change it. Nothing in it is worth saving:
 * killing the console loses half-typed lines.
 */
import { assert } from '../../../shared/assert.ts';
import type {
  AlarmsSnapshot,
  CeremonySnapshot,
  ClusterSnapshot,
  MetricsSnapshot,
} from '../../../shared/control/topics.ts';
import type { IdentityState } from '../../client/control-events.ts';
import { type AuditTail, emptyTail } from './audit-rows.ts';
import { initialLink, type Link } from './link.ts';
import {
  auditRowsMax,
  metricSamplesMax,
  problemsMax,
  requestsMax,
  resourcesMax,
  toastsMax,
  writeWindowSecondsMax,
} from './limits.ts';
import { type MetricsHistory, noHistory } from './metrics-history.ts';
import { noNotices, type Notices } from './notices.ts';
import type { Place, Places } from './places.ts';
import type { RequestLog } from './requests.ts';
import { noResources, type Resources } from './resources.ts';
import { syncing, type Topic } from './topic.ts';
import type { VerifyState } from './verify.ts';
import type { WriteWindow } from './write-window.ts';

export interface Model {
  /** Of the newest event, UTC milliseconds. */
  readonly nowMs: number;
  readonly settings: Settings;
  readonly size: { readonly columns: number; readonly rows: number };
  readonly focused: boolean;
  readonly link: Link;
  readonly identity: IdentityState;
  /** For whom was read what is here; it outlasts a link that breaks and a seal. */
  readonly reader: string | undefined;
  /** One more whenever everything of a reader or an agent is forgotten. */
  readonly sitting: number;
  readonly cluster: Topic<ClusterSnapshot>;
  readonly ceremony: Topic<CeremonySnapshot>;
  readonly alarms: Topic<AlarmsSnapshot>;
  readonly metrics: Topic<MetricsSnapshot>;
  readonly history: MetricsHistory;
  readonly audit: AuditTail;
  readonly auditDenied: boolean;
  /** What must be added to this host's clock to get the agent's. */
  readonly agentAheadMs: number;
  readonly resources: Resources;
  readonly requests: RequestLog;
  readonly notices: Notices;
  readonly write: WriteWindow;
  readonly verify: VerifyState;
  readonly places: Places;
  /** Places up to where the console began: `q` quits there. */
  readonly firstPlaces: number;
  /** By view: what is selected, and the filter as typed. */
  readonly selected: Readonly<Record<string, string>>;
  readonly filters: Readonly<Record<string, string>>;
  /** By view: what only that screen knows. */
  readonly screens: Readonly<Record<string, unknown>>;
}

export interface Settings {
  /** As a person would write it. */
  readonly address: string;
  /** Who sits here, as the others are told: a courtesy, it proves nothing. */
  readonly holder: string;
  /** The view to begin with, once there is something to show. */
  readonly start: Place;
}

export function initialModel(
  settings: Settings,
  options: { readonly nowMs: number; readonly readOnly: boolean },
): Model {
  return {
    nowMs: options.nowMs,
    settings,
    size: { columns: 80, rows: 24 },
    focused: true,
    link: { ...initialLink, sinceMs: options.nowMs },
    identity: { kind: 'anonymous' },
    reader: undefined,
    sitting: 0,
    cluster: syncing,
    ceremony: syncing,
    alarms: syncing,
    metrics: syncing,
    history: noHistory,
    audit: emptyTail,
    auditDenied: false,
    agentAheadMs: 0,
    resources: noResources,
    requests: [],
    notices: noNotices,
    write: { untilMs: undefined, locked: options.readOnly },
    verify: { kind: 'none' },
    places: [{ view: 'connect', argument: undefined }],
    firstPlaces: 1,
    selected: {},
    filters: {},
    screens: {},
  };
}

/** Who sits here, as the others are told: by the proved name if there is one. */
export function holderOf({ identity, settings }: Pick<Model, 'identity' | 'settings'>): string {
  return (identity.kind === 'known' ? identity.identity.operator : undefined) ?? settings.holder;
}

/** What is true of every model; called after each step in tests. */
export function assertInvariants(model: Model): void {
  assert(model.places.length >= 1, 'a view is always shown');
  assert(model.audit.rows.length <= auditRowsMax, 'the audit tail is bounded');
  assert(model.requests.length <= requestsMax, 'the request log is bounded');
  assert(model.resources.size <= resourcesMax, 'resources are bounded');
  assert(model.notices.toasts.length <= toastsMax, 'toasts are bounded');
  assert(model.notices.problems.length <= problemsMax, 'problems are bounded');
  for (const samples of model.history.values()) {
    assert(samples.length <= metricSamplesMax, 'charts are bounded');
    const isOrdered = samples.every(
      ({ atMs }, index) => index === 0 || atMs > (samples[index - 1]?.atMs ?? 0),
    );
    assert(isOrdered, 'samples are in the order of time');
  }
  const until = model.write.untilMs;
  assert(!model.write.locked || until === undefined, 'a locked window is closed');
  assert(
    until === undefined || until - model.nowMs <= writeWindowSecondsMax * 1_000,
    'a write window ends',
  );
  const toasts = model.notices.toasts.every(({ untilMs }) => untilMs > model.nowMs);
  assert(toasts, 'old toasts are gone');
}
