/**
 * A console played without a terminal, a channel or a clock: events and keys go in, the state and
 * the wished effects come out. Requests are answered from a table.
 */
import assert from 'node:assert/strict';
import type { ControlEvent } from '../../../console/client/control-events.ts';
import {
  type App,
  happen,
  initialApp,
  press,
  type Stepped,
} from '../../../console/tui/app/step.ts';
import { eventsAfter } from '../../../console/tui/app/request-effect.ts';
import { type ApiOutcome, type ApiRequest, apiOutcome } from '../../../console/tui/model/api.ts';
import type { Effect } from '../../../console/tui/model/effect.ts';
import type { ModelEvent } from '../../../console/tui/model/event.ts';
import { assertInvariants, initialModel, type Model } from '../../../console/tui/model/model.ts';
import { noNotices } from '../../../console/tui/model/notices.ts';
import { currentPlace } from '../../../console/tui/model/places.ts';
import { toAsk } from '../../../console/tui/model/resources.ts';
import { topMode } from '../../../console/tui/keys/mode.ts';
import { screenOf } from '../../../console/tui/screens/screens.ts';
import type {
  AlarmsSnapshot,
  CeremonySnapshot,
  ClusterSnapshot,
  MetricsSnapshot,
  NodeSnapshot,
} from '../../../shared/control/topics.ts';
import type { JsonObject } from '../../../shared/json/value.ts';

/** 2026-11-25T12:03:11Z */
export const startMs: number = Date.UTC(2026, 10, 25, 12, 3, 11);

/** Status and body of what is asked, by `operation path`; anything else is 404. */
export type Answers = Readonly<
  Record<string, { readonly status?: number; readonly body?: JsonObject }>
>;

export const good: Extract<ApiOutcome, { ok: true }> = {
  ok: true,
  status: 200,
  data: {},
  warnings: [],
};

export function refused(code: string, status = 400): ApiOutcome {
  return { ok: false, problem: { code, status, message: `refused with ${code}` } };
}

export class PlayedSession {
  app: App;
  nowMs: number = startMs;
  readonly effects: Effect[] = [];
  readonly asked: ApiRequest[] = [];
  readonly #answers: Answers;
  /** Who sat here when an effect was wished for. */
  readonly #sittings = new WeakMap<Effect, number>();

  constructor(answers: Answers = {}, view = 'cluster', argument?: string) {
    const settings = {
      address: 'https://node-1:8200',
      holder: 'dora',
      start: { view, argument },
    };
    this.app = initialApp(initialModel(settings, { nowMs: this.nowMs, readOnly: false }));
    this.#answers = answers;
  }

  get model(): Model {
    return this.app.model;
  }

  get view(): string {
    return currentPlace(this.model.places).view;
  }

  happen(event: ModelEvent): void {
    this.#take(happen(this.app, event, this.nowMs));
  }

  channel(event: ControlEvent): void {
    this.happen({ kind: 'channel', event });
  }

  /** Keys by name; a dialog's deaf time passes before each. */
  keys(...keys: readonly string[]): void {
    for (const key of keys) {
      this.pass(topMode(this.app.router.modes).kind === 'modal' ? 400 : 20);
      this.#take(press(this.app, { kind: 'key', key }, this.nowMs));
    }
  }

  /** Letters, one key each. */
  type(text: string): void {
    this.keys(...[...text].map((letter) => (letter === ' ' ? 'Space' : letter)));
  }

  pass(milliseconds: number): void {
    this.nowMs += milliseconds;
  }

  tick(): void {
    this.happen({ kind: 'tick' });
  }

  /** Linked, logged in, and with these snapshots. */
  join(cluster: ClusterSnapshot, ceremony: CeremonySnapshot): void {
    this.channel({ kind: 'link', link: { kind: 'live' } });
    this.channel({ kind: 'heard', silentMs: 0 });
    this.channel({ kind: 'snapshot', topic: 'cluster', snapshot: cluster });
    this.channel({ kind: 'snapshot', topic: 'ceremony', snapshot: ceremony });
  }

  logIn(name = 'alice', accessor = 'acc-1'): void {
    const identity = {
      accessor,
      displayName: name,
      policies: ['ops'],
      expiresAtMs: startMs + 7.2 * 3_600_000,
      operator: undefined,
    };
    this.channel({ kind: 'identity', state: { kind: 'known', identity } });
    // The toast about it has passed.
    this.app = { ...this.app, model: { ...this.model, notices: noNotices } };
  }

  /** Answers everything that the view wants and every request that a verb made. */
  answer(): void {
    for (let round = 0; round < 4; round += 1) {
      const screen = screenOf(this.view);
      const wanted = screen.wants?.(this.model) ?? [];
      for (const request of toAsk(this.model.resources, wanted)) {
        this.asked.push(request);
        this.happen({ kind: 'asked', request, shown: wanted });
        this.happen({ kind: 'answered', request, outcome: this.#outcome(request) });
      }
      for (const effect of this.effects.splice(0)) this.answerTo(effect);
    }
  }

  /** The answer to one request of a verb comes now: this one, or that of the table. */
  answerTo(effect: Effect | undefined, outcome?: ApiOutcome): void {
    assert.ok(effect?.kind === 'request', 'only requests are answered from the table');
    this.asked.push(effect.request);
    if (this.#sittings.get(effect) !== this.model.sitting) return;
    const events = eventsAfter(effect, outcome ?? this.#outcome(effect.request), this.model);
    for (const event of events) this.happen(event);
  }

  /** Answers a request of the view, or of nobody, with this. */
  read(request: ApiRequest, data: JsonObject): void {
    this.happen({ kind: 'asked', request });
    this.happen({ kind: 'answered', request, outcome: { ...good, data } });
  }

  #outcome(request: ApiRequest) {
    const { operation, path, query } = request;
    const version = query?.['version'] === undefined ? '' : `?version=${query['version']}`;
    const key = `${operation} ${path}`;
    const { status = 404, body = { errors: [] } } =
      this.#answers[key + version] ?? this.#answers[key] ?? {};
    return apiOutcome(request, { ok: true, result: { status, body } });
  }

  #take({ app, effects }: Stepped): void {
    this.app = app;
    this.effects.push(...effects);
    for (const effect of effects) this.#sittings.set(effect, app.model.sitting);
    assertInvariants(app.model);
  }
}

export function nodeOf(id: string, changes: Partial<NodeSnapshot> = {}): NodeSnapshot {
  return {
    id,
    sealed: false,
    role: 'follower',
    term: 42,
    revision: 18_204,
    lag: 0,
    version: '0.1.0',
    startedAtMs: startMs - 86_400_000,
    storage: 'embedded',
    ageMs: 200,
    audit: { devices: 1, working: 1, index: 88_123 },
    alarm: undefined,
    certificateUntilMs: startMs + 80 * 86_400_000,
    ...changes,
  };
}

export function clusterOf(
  nodes: readonly NodeSnapshot[],
  changes: Partial<ClusterSnapshot> = {},
): ClusterSnapshot {
  return {
    kind: 'cluster',
    capturedAtMs: startMs,
    clusterName: 'prod-eu1',
    clusterId: 'c-1',
    initialised: true,
    self: nodes[0]?.id ?? '',
    nodes,
    ...changes,
  };
}

export const threeNodes: readonly NodeSnapshot[] = [
  nodeOf('node-1', { role: 'leader', ageMs: 0 }),
  nodeOf('node-2'),
  nodeOf('node-3', { lag: 14, revision: 18_190 }),
];

export function ceremonyOf(changes: Partial<CeremonySnapshot> = {}): CeremonySnapshot {
  return {
    kind: 'ceremony',
    ceremony: 'unseal',
    state: 'waiting',
    nonce: '181be784aa55f026',
    publicKey: 'AAAA',
    setId: 'shadow',
    threshold: 3,
    count: 5,
    entered: [],
    deadlineAtMs: undefined,
    attempt: 1,
    participants: [],
    events: [],
    ...changes,
  };
}

export const unsealedCeremony: CeremonySnapshot = ceremonyOf({ state: 'done', publicKey: '' });

export function metricsOf(count: number): MetricsSnapshot[] {
  return Array.from({ length: count }, (_, index) => ({
    kind: 'metrics' as const,
    samples: ['node-1', 'node-2', 'node-3'].map((node, place) => ({
      node,
      atMs: startMs - (count - index) * 1_000,
      host: {
        cpuPercent: 12 + 8 * Math.sin(index / 4) + place,
        loadAverage1: 0.4,
        memoryTotalBytes: 8 * 2 ** 30,
        memoryUsedBytes: 3 * 2 ** 30,
        swapUsedBytes: 0,
        disks: [{ mount: '/', totalBytes: 100, usedBytes: place === 2 ? 77 : 40 }],
        networkReceivedBytesPerSecond: 10_000,
        networkSentBytesPerSecond: 20_000,
        uptimeSeconds: 86_400,
      },
      agent: {
        residentBytes: 88 * 2 ** 20,
        cpuPercent: 4,
        loopDelayP99Ms: 1.2,
        storageLoopDelayP99Ms: 0.3,
        requestsPerSecond: 180 + 40 * Math.cos(index / 5),
        requestP50Ms: 0.9,
        requestP99Ms: 4.1,
        commitsPerSecond: 60 + 30 * Math.sin(index / 3),
        auditRecordsPerSecond: 190,
        connections: 12,
      },
    })),
  }));
}

export const diskAlarms: AlarmsSnapshot = {
  kind: 'alarms',
  open: [
    {
      id: 'disk-nearly-full:data',
      severity: 'warning',
      node: 'node-3',
      sentence: 'The disk of the data folder is 77 % full.',
      runbook: 'Free space or grow the disk; at 95 % writes are refused.',
      raisedAtMs: startMs - 13_000,
    },
  ],
  cleared: [
    {
      id: 'certificate-expiring',
      severity: 'warning',
      node: 'node-2',
      sentence: 'The certificate runs out in 3 days.',
      runbook: 'Unseal the agent so that it can renew it.',
      raisedAtMs: startMs - 7_200_000,
      clearedAtMs: startMs - 3_600_000,
    },
  ],
};

export const paymentsPolicy = [
  'path "secret/data/payments/*" {',
  '  capabilities = ["read", "list"]',
  '}',
  '',
  'path "secret/data/payments/+/live" {',
  '  capabilities = ["deny"]',
  '}',
  '',
].join('\n');

const kvMount = { type: 'kv', options: { version: '2' } };
const versionsOfDb = {
  '1': { created_time: '2026-11-01T08:00:00.000000000Z', deletion_time: '', destroyed: true },
  '2': { created_time: '2026-11-20T09:30:00.000000000Z', deletion_time: '', destroyed: false },
  '3': { created_time: '2026-11-25T11:00:00.000000000Z', deletion_time: '', destroyed: false },
};

/** An agent with two policies and some secrets. */
export const wellStocked: Answers = {
  'list sys/policies/acl': ok({ keys: ['default', 'payments-app', 'root'] }),
  'read sys/policies/acl/payments-app': ok({
    name: 'payments-app',
    policy: paymentsPolicy,
    version: 7,
  }),
  'read sys/policies/acl/default': ok({ name: 'default', policy: '# default\n', version: 1 }),
  'read sys/internal/ui/mounts': ok({
    secret: { 'secret/': kvMount, 'sys/': { type: 'system', options: null } },
    auth: {},
  }),
  'list secret/metadata/': ok({ keys: ['app/', 'payments/', 'top'] }),
  'list secret/metadata/app/': ok({ keys: ['api/', 'db'] }),
  'read secret/metadata/app/db': ok({
    current_version: 3,
    max_versions: 10,
    cas_required: false,
    custom_metadata: { owner: 'team-db' },
    versions: versionsOfDb,
  }),
  'read secret/subkeys/app/db': ok({ subkeys: { user: null, password: null, tls: {} } }),
  'read secret/data/app/db?version=3': ok({
    data: { user: 'app', password: 'correct horse', tls: { cert: 'x' } },
    metadata: { version: 3 },
  }),
  'read secret/data/app/db?version=2': ok({
    data: { user: 'app', password: 'battery staple' },
    metadata: { version: 2 },
  }),
  'list auth/token/accessors': ok({ keys: ['acc-1', 'acc-2'] }),
  'write auth/token/lookup-accessor': ok({
    display_name: 'token-ci',
    policies: ['default', 'ci'],
    path: 'auth/token/create',
    type: 'service',
    ttl: 2_764_000,
    issue_time: '2026-11-25T08:00:00.000000000Z',
    num_uses: 0,
    renewable: true,
    orphan: false,
  }),
};

function ok(data: JsonObject): { status: number; body: JsonObject } {
  return { status: 200, body: { data } };
}
