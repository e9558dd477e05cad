/**
 * What can be followed on the control channel. A topic is the path `sys/control/<topic>` with
 * capability `read`. A state topic sends its newest snapshot and skips what a slow console missed;
 * the event topic `audit` says how many lines were dropped. Times are UTC in milliseconds since
 * 1970.
 */

export const topicNames = ['cluster', 'ceremony', 'metrics', 'alarms', 'audit'] as const;
export type TopicName = (typeof topicNames)[number];

/** Topics that a caller without token may follow: what seal-status and health tell anybody. */
export const anonymousTopics: readonly TopicName[] = ['ceremony', 'cluster'];

export type TopicSnapshot =
  | ClusterSnapshot
  | CeremonySnapshot
  | MetricsSnapshot
  | AlarmsSnapshot
  | AuditTailSnapshot;

export type TopicUpdate = {
  /** Counts the updates of this subscription from 1: a gap is a bug, a repeat a reconnect. */
  readonly sequence: number;
} & (
  | { readonly topic: 'cluster'; readonly snapshot: ClusterSnapshot }
  | { readonly topic: 'ceremony'; readonly snapshot: CeremonySnapshot }
  | { readonly topic: 'metrics'; readonly snapshot: MetricsSnapshot }
  | { readonly topic: 'alarms'; readonly snapshot: AlarmsSnapshot }
  | {
      readonly topic: 'audit';
      /** Raw lines of the log in order, without newlines. */
      readonly lines: readonly string[];
      /** Lines that this console was too slow for, since the last update. */
      readonly dropped: number;
    }
);

export interface ClusterSnapshot {
  readonly kind: 'cluster';
  readonly capturedAtMs: number;
  readonly clusterName: string;
  readonly clusterId: string;
  readonly initialised: boolean;
  /** The node that answers. */
  readonly self: string;
  readonly nodes: readonly NodeSnapshot[];
}

/** `unknown`: no sign of life for so long that its role cannot be told. */
export type NodeRole = 'leader' | 'follower' | 'unknown';

export interface NodeSnapshot {
  readonly id: string;
  readonly sealed: boolean;
  readonly role: NodeRole;
  readonly term: number;
  /** Store revision that the node has applied, and how far behind the leader's that is. */
  readonly revision: number;
  readonly lag: number;
  readonly version: string;
  readonly startedAtMs: number;
  readonly storage: string;
  /** How long ago the node was heard of: 0 for the one that answers. */
  readonly ageMs: number;
  readonly audit: { readonly devices: number; readonly working: number; readonly index: number };
  /** Highest severity of its open alarms. */
  readonly alarm: AlarmSeverity | undefined;
  /** When the first of the certificates that it shows runs out; undefined without TLS. */
  readonly certificateUntilMs: number | undefined;
}

export type CeremonyKind = 'init' | 'unseal';
export type CeremonyState = 'waiting' | 'collecting' | 'done';

export interface CeremonySnapshot {
  readonly kind: 'ceremony';
  /** `init` until the cluster is founded, then `unseal`. */
  readonly ceremony: CeremonyKind;
  /** `done`: unsealed; `waiting`: nothing was entered yet. */
  readonly state: CeremonyState;
  /** New with every reset, time-out and completion: a share is bound to it. */
  readonly nonce: string;
  /** One-time X25519 key of this nonce, base64: what shares are sealed to. Empty when done. */
  readonly publicKey: string;
  readonly setId: string;
  readonly threshold: number;
  readonly count: number;
  readonly entered: readonly EnteredShare[];
  /** When what was entered is dropped; undefined while nothing is. */
  readonly deadlineAtMs: number | undefined;
  /** Counts the nonces of this init or unseal, from 1. */
  readonly attempt: number;
  readonly participants: readonly Participant[];
  /** The newest events, oldest first (at most `ceremonyEventsMax`). */
  readonly events: readonly CeremonyEvent[];
}

export interface EnteredShare {
  readonly index: number;
  /** As the holder gave it; unknown for shares that came over HTTP without one. */
  readonly by: string | undefined;
  readonly atMs: number;
}

export interface Participant {
  /** Distinguishes consoles; not a secret, not an identity. */
  readonly id: string;
  readonly name: string;
  /** Whether the key that is registered for the name has proved it, on this connection. */
  readonly proved: boolean;
  readonly view: string;
  readonly sinceMs: number;
}

export interface CeremonyEvent {
  readonly atMs: number;
  readonly what:
    | 'joined'
    | 'left'
    | 'entered'
    | 'refused'
    | 'reset'
    | 'expired'
    | 'unsealed'
    | 'sealed'
    | 'initialised';
  readonly by: string | undefined;
  /** Share index, reason of a reset or of a seal, stable code of a refusal. */
  readonly detail: string;
}

export interface MetricsSnapshot {
  readonly kind: 'metrics';
  readonly samples: readonly NodeMetrics[];
}

export interface NodeMetrics {
  readonly node: string;
  readonly atMs: number;
  /** Undefined until the first sample of the host came. */
  readonly host: HostMetrics | undefined;
  readonly agent: AgentFigures;
}

/** From `systeminformation`, sampled in a child process while somebody watches. */
export interface HostMetrics {
  readonly cpuPercent: number;
  readonly loadAverage1: number;
  readonly memoryTotalBytes: number;
  readonly memoryUsedBytes: number;
  readonly swapUsedBytes: number;
  readonly disks: readonly {
    readonly mount: string;
    readonly totalBytes: number;
    readonly usedBytes: number;
  }[];
  readonly networkReceivedBytesPerSecond: number;
  readonly networkSentBytesPerSecond: number;
  readonly uptimeSeconds: number;
}

export interface AgentFigures {
  readonly residentBytes: number;
  readonly cpuPercent: number;
  /** Of the thread that serves requests. */
  readonly loopDelayP99Ms: number;
  /** Of the thread that has the store; undefined where an agent does not tell it. */
  readonly storageLoopDelayP99Ms: number | undefined;
  readonly requestsPerSecond: number;
  readonly requestP50Ms: number;
  readonly requestP99Ms: number;
  readonly commitsPerSecond: number;
  readonly auditRecordsPerSecond: number;
  readonly connections: number;
}

/** `critical`: requests are refused or evidence is lost. `warning`: they will be, if left alone. */
export type AlarmSeverity = 'warning' | 'critical';

export interface Alarm {
  /** Stable while it is open, as in `disk-nearly-full:data`. */
  readonly id: string;
  readonly severity: AlarmSeverity;
  readonly node: string;
  /** What is wrong, in one sentence. */
  readonly sentence: string;
  /** What to do, in one sentence. */
  readonly runbook: string;
  readonly raisedAtMs: number;
}

export interface AlarmsSnapshot {
  readonly kind: 'alarms';
  readonly open: readonly Alarm[];
  /** The newest that were cleared, newest first. */
  readonly cleared: readonly (Alarm & { readonly clearedAtMs: number })[];
}

/** Where the tail begins: lines after this index follow as updates. */
export interface AuditTailSnapshot {
  readonly kind: 'audit';
  readonly node: string;
  readonly next: number;
}
