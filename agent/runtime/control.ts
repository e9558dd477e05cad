/** Puts the control channel of an agent together. */
import { failure } from '../../shared/errors/failure.ts';
import type { AlarmSeverity } from '../../shared/control/topics.ts';
import type { AuditTrail } from '../../src/audit/trail.ts';
import type { BuiltCore } from '../../src/core/build-core.ts';
import type { Leadership } from '../../src/core/system/parts.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Random } from '../../src/ports/random.ts';
import type { Seal } from '../../src/seal/seal.ts';
import type { Alarms } from '../alarms/alarms.ts';
import type { AgentConfig } from '../config/config.ts';
import { ConsoleShare } from '../control/console-share.ts';
import { readAuditPage } from '../control/audit-pages.ts';
import { ControlServer } from '../control/control-server.ts';
import { CoreCalls } from '../control/core-calls.ts';
import type { Topics } from '../control/feed.ts';
import type { AuditLog } from '../control/methods/parts.ts';
import { methodTable } from '../control/methods/table.ts';
import { alarmsTopic } from '../control/topics/alarms-topic.ts';
import type { AuditTail } from '../control/topics/audit-tail.ts';
import { ceremonyTopic } from '../control/topics/ceremony-topic.ts';
import { clusterTopic } from '../control/topics/cluster-topic.ts';
import { type HostSamples, metricsTopic } from '../control/topics/metrics-topic.ts';
import type { Admission } from '../http/admission/admission.ts';
import { endsTheProcess } from '../http/broken-promise.ts';
import { FigureSampler } from '../telemetry/agent-figures.ts';
import type { AgentMetrics } from './agent-metrics.ts';
import type { Certificates } from './certificates.ts';
import { hostClock } from '../lifetime/host-clock.ts';
import { productVersion } from './product.ts';
import { SharedLoopDelay } from '../threads/shared-loop-delay.ts';
import type { Storage } from '../threads/storage.ts';

export interface ControlParts {
  readonly config: AgentConfig;
  readonly log: Log;
  readonly random: Random;
  readonly storage: Storage;
  readonly trail: AuditTrail;
  readonly tail: AuditTail;
  readonly seal: Seal;
  readonly built: BuiltCore;
  readonly leadership: Pick<Leadership, 'current'>;
  readonly alarms: Alarms;
  readonly metrics: AgentMetrics;
  readonly admission: Admission;
  readonly hostSamples: HostSamples;
  readonly certificates: Pick<Certificates, 'untilMs'>;
}

export function openControl(parts: ControlParts): ControlServer {
  const { config, log, built, metrics, tail } = parts;
  const control = new ControlServer({
    methods: methodTable({
      calls: new CoreCalls({
        share: new ConsoleShare(built.core, parts.admission),
        observe: metrics.observe,
      }),
      ceremony: built.ceremony,
      operators: built.operators,
      auditLog: auditLogOf(config, tail),
      random: parts.random,
      clock: hostClock,
      nodeId: config.node.id,
      clusterId: () => parts.seal.status().clusterId,
      requestBytesMax: config.limits.requestBytes,
    }),
    topics: topicsOf(parts),
    standing: built.standing,
    operators: built.operators,
    ceremony: built.ceremony,
    log,
  });
  metrics.watchControl(control);
  return control;
}

function topicsOf(parts: ControlParts): Topics {
  const { config, log, storage, trail, tail, seal, built, leadership, alarms, certificates } =
    parts;
  const node = config.node.id;
  const onError = (error: unknown): void => {
    if (!endsTheProcess(error)) log.warn('a look at the state of this node failed', { error });
  };
  return {
    cluster: clusterTopic({
      seal,
      store: storage.store,
      clock: hostClock,
      trailStatus: () => trail.status(),
      leadership,
      alarm: () => highestOf(alarms),
      certificateUntilMs: () => certificates.untilMs,
      node: {
        id: node,
        version: productVersion,
        storage: storage.type,
        startedAtMs: hostClock.wallMs(),
      },
      onError,
    }),
    ceremony: ceremonyTopic(built.ceremony),
    metrics: metricsTopic({
      node,
      clock: hostClock,
      host: parts.hostSamples,
      figures: () => figureSampler(parts),
      onError,
    }),
    alarms: alarmsTopic({ alarms, clock: hostClock, node }),
    audit: tail,
  };
}

function figureSampler({ storage, trail, metrics }: ControlParts): FigureSampler {
  const { loopDelay } = storage;
  return new FigureSampler({
    counts: async () => ({
      commits: (await storage.store.get([])).revision,
      auditRecords: trail.status().nextIndex,
      connections: metrics.connections,
    }),
    watchRequests: metrics.watchRequests,
    takeStorageDelayMs: loopDelay && new SharedLoopDelay(loopDelay).reader(),
  });
}

/** Critical alarms come first. */
function highestOf(alarms: Alarms): AlarmSeverity | undefined {
  return alarms.list()[0]?.severity;
}

/** Of several devices any will do: they hold the same lines. */
function auditLogOf(config: AgentConfig, tail: AuditTail): AuditLog {
  const files = config.node.data === undefined ? [] : config.audit;
  const path = files.find(({ type }) => type === 'file')?.path;
  return {
    get end() {
      return tail.next;
    },
    page(request) {
      if (path === undefined) throw failure('control.audit-not-kept');
      return readAuditPage(path, request);
    },
  };
}
