/** The shapes of the topics' snapshots and of the methods' results (shared/control). */
import { auditLineBytesMax } from '../../shared/audit/format.ts';
import {
  auditReadLinesMax,
  ceremonyEventsMax,
  participantsMax,
} from '../../shared/control/limits.ts';
import type { ControlIdentity, ControlMethod, ResultOf } from '../../shared/control/methods.ts';
import {
  type Alarm,
  type AlarmsSnapshot,
  type AuditTailSnapshot,
  type CeremonySnapshot,
  type ClusterSnapshot,
  type HostMetrics,
  type MetricsSnapshot,
  type NodeMetrics,
  type NodeSnapshot,
  type TopicName,
  type TopicSnapshot,
  topicNames,
} from '../../shared/control/topics.ts';
import { controlAuditLinesMax } from './control-limits.ts';
import {
  count,
  figure,
  flag,
  listOf,
  objectOrNull,
  oneOf,
  optional,
  record,
  type Shape,
  ShapeProblem,
  text,
  textOf,
} from './shape.ts';

const severity = oneOf(['warning', 'critical']);
const auditLine = textOf(auditLineBytesMax);
export const topicName: Shape<TopicName> = oneOf(topicNames);

const node: Shape<NodeSnapshot> = record<NodeSnapshot>({
  id: text,
  sealed: flag,
  role: oneOf(['leader', 'follower', 'unknown']),
  term: count,
  revision: count,
  lag: count,
  version: text,
  startedAtMs: figure,
  storage: text,
  ageMs: figure,
  audit: record({ devices: count, working: count, index: count }),
  alarm: optional(severity),
  certificateUntilMs: optional(figure),
});

const cluster: Shape<ClusterSnapshot> = record<ClusterSnapshot>({
  kind: oneOf(['cluster']),
  capturedAtMs: figure,
  clusterName: text,
  clusterId: text,
  initialised: flag,
  self: text,
  nodes: listOf(node),
});

const ceremony: Shape<CeremonySnapshot> = record<CeremonySnapshot>({
  kind: oneOf(['ceremony']),
  ceremony: oneOf(['init', 'unseal']),
  state: oneOf(['waiting', 'collecting', 'done']),
  nonce: text,
  publicKey: text,
  setId: text,
  threshold: count,
  count,
  entered: listOf(record({ index: count, by: optional(text), atMs: figure })),
  deadlineAtMs: optional(figure),
  attempt: count,
  participants: listOf(
    record({ id: text, name: text, proved: flag, view: text, sinceMs: figure }),
    participantsMax,
  ),
  events: listOf(
    record({
      atMs: figure,
      what: oneOf([
        'joined',
        'left',
        'entered',
        'refused',
        'reset',
        'expired',
        'unsealed',
        'sealed',
        'initialised',
      ]),
      by: optional(text),
      detail: text,
    }),
    ceremonyEventsMax,
  ),
});

const host: Shape<HostMetrics> = record<HostMetrics>({
  cpuPercent: figure,
  loadAverage1: figure,
  memoryTotalBytes: figure,
  memoryUsedBytes: figure,
  swapUsedBytes: figure,
  disks: listOf(record({ mount: text, totalBytes: figure, usedBytes: figure })),
  networkReceivedBytesPerSecond: figure,
  networkSentBytesPerSecond: figure,
  uptimeSeconds: figure,
});

const sample: Shape<NodeMetrics> = record<NodeMetrics>({
  node: text,
  atMs: figure,
  host: optional(host),
  agent: record({
    residentBytes: figure,
    cpuPercent: figure,
    loopDelayP99Ms: figure,
    storageLoopDelayP99Ms: optional(figure),
    requestsPerSecond: figure,
    requestP50Ms: figure,
    requestP99Ms: figure,
    commitsPerSecond: figure,
    auditRecordsPerSecond: figure,
    connections: figure,
  }),
});

const metrics: Shape<MetricsSnapshot> = record<MetricsSnapshot>({
  kind: oneOf(['metrics']),
  samples: listOf(sample),
});

const alarmMembers = {
  id: text,
  severity,
  node: text,
  sentence: text,
  runbook: text,
  raisedAtMs: figure,
} as const;

const alarms: Shape<AlarmsSnapshot> = record<AlarmsSnapshot>({
  kind: oneOf(['alarms']),
  open: listOf(record<Alarm>(alarmMembers)),
  cleared: listOf(
    record<Alarm & { clearedAtMs: number }>({ ...alarmMembers, clearedAtMs: figure }),
  ),
});

const auditTail: Shape<AuditTailSnapshot> = record<AuditTailSnapshot>({
  kind: oneOf(['audit']),
  node: text,
  next: count,
});

const snapshots: { readonly [Topic in TopicName]: Shape<TopicSnapshot> } = {
  cluster,
  ceremony,
  metrics,
  alarms,
  audit: auditTail,
};

/** The snapshot of a topic, from an answer or an update. */
export function snapshotOf(topic: TopicName): Shape<TopicSnapshot> {
  return snapshots[topic];
}

export const auditLines: Shape<readonly string[]> = listOf(auditLine, controlAuditLinesMax);

const identity: Shape<ControlIdentity> = record<ControlIdentity>({
  accessor: optional(text),
  displayName: text,
  policies: listOf(text),
  expiresAtMs: optional(figure),
  operator: optional(text),
});

const subscription: Shape<ResultOf<'subscribe'>> = (value, place) => {
  const { topic } = record({ topic: topicName })(value, place);
  const { snapshot } = record({ snapshot: snapshotOf(topic) })(value, place);
  return { topic, snapshot };
};

const pageOfAudit: Shape<ResultOf<'audit.read'>> = record<ResultOf<'audit.read'>>({
  lines: listOf(auditLine, auditReadLinesMax),
  next: count,
  end: count,
});

const results: { readonly [Method in ControlMethod]: Shape<ResultOf<Method>> } = {
  authenticate: identity,
  challenge: record({ nonce: text }),
  prove: identity,
  request: record({ status: httpStatus, body: objectOrNull }),
  subscribe: subscription,
  unsubscribe: record({ topic: topicName }),
  presence: record({ participant: text }),
  'ceremony.status': ceremony,
  'ceremony.init': record({
    sender: text,
    sealedShares: listOf(text, 255),
    sealedRootToken: text,
    setId: text,
  }),
  'ceremony.submit': ceremony,
  'ceremony.reset': ceremony,
  'audit.read': pageOfAudit,
};

/** The shape of a method's result. */
export function resultOf<Method extends ControlMethod>(method: Method): Shape<ResultOf<Method>> {
  return results[method];
}

function httpStatus(value: Parameters<Shape<number>>[0], place: string): number {
  const status = count(value, place);
  if (status >= 100 && status <= 599) return status;
  throw new ShapeProblem(place, 'an HTTP status');
}
