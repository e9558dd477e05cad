/** `sys/health`, `sys/leader` and their kin: what everybody may know of this agent. */
import type { FieldsOf } from '../../../shared/api/route.ts';
import type { sysRoutes } from '../../../shared/api/sys.ts';
import { utf8Encode } from '../../../shared/encoding/utf8.ts';
import { failure } from '../../../shared/errors/failure.ts';
import type { JsonObject } from '../../../shared/json/value.ts';
import type { CanonicalPath } from '../../../shared/path/canonical.ts';
import type { CoreHandlerGroup, CoreOutcome, Rights } from '../core-call.ts';
import { vaultApiVersion } from '../options.ts';
import type { Remote } from '../request.ts';
import type { SystemParts } from './parts.ts';

type Routes = typeof sysRoutes;
type HealthFields = FieldsOf<Routes['health']['operations']['read']['fields']>;

const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8';

/** What is told in every state, most of it to everybody. */
export function statusHandlers(
  parts: SystemParts,
): CoreHandlerGroup<Routes, 'sealStatus' | 'health' | 'leader' | 'haStatus' | 'metrics'> {
  return {
    sealStatus: { read: async () => ({ data: sealStatus(parts) }) },
    health: { read: async ({ fields }) => health(parts, fields) },
    leader: { read: async () => ({ data: leader(parts) }) },
    haStatus: { read: async () => ({ data: { nodes: [node(parts)] } }) },
    metrics: { read: (call) => metrics(parts, call) },
  };
}

/** The body of `sys/seal-status`, and of the answer to every share. */
export function sealStatus({ seal, options }: SystemParts): JsonObject {
  const status = seal.status();
  return {
    type: status.type,
    initialized: status.initialised,
    sealed: status.sealed,
    t: status.threshold,
    n: status.count,
    progress: status.progress,
    nonce: status.nonce,
    version: vaultApiVersion,
    build_date: options.buildDate,
    commit_date: options.buildDate,
    migration: false,
    recovery_seal: false,
    storage_type: options.storageType,
    ...clusterFacts(status),
    ...(status.setId !== undefined && { set_id: status.setId }),
    ...(status.warnings.length > 0 && { warnings: status.warnings }),
    strongbox_version: options.version,
  };
}

interface ClusterFacts {
  readonly clusterName: string | undefined;
  readonly clusterId: string | undefined;
}

function clusterFacts({ clusterName, clusterId }: ClusterFacts): JsonObject {
  return {
    ...(clusterName !== undefined && { cluster_name: clusterName }),
    ...(clusterId !== undefined && { cluster_id: clusterId }),
  };
}

function health(system: SystemParts, fields: HealthFields): CoreOutcome {
  const { seal, options, clock, leadership } = system;
  const status = seal.status();
  const { leaderId, term } = leadership.current();
  return {
    status: healthStatus(status, fields),
    data: {
      initialized: status.initialised,
      sealed: status.sealed,
      standby: false,
      performance_standby: false,
      replication_performance_mode: 'disabled',
      replication_dr_mode: 'disabled',
      server_time_utc: Math.floor(clock.wallMs() / 1_000),
      version: vaultApiVersion,
      ...clusterFacts(status),
      node_id: options.nodeId,
      leader: leaderId,
      term,
      strongbox_version: options.version,
    },
  };
}

/** Every unsealed node serves reads and writes, so none stands by. */
function healthStatus(
  { initialised, sealed }: { readonly initialised: boolean; readonly sealed: boolean },
  fields: HealthFields,
): number {
  if (!initialised) return checkedStatus('uninitcode', fields.uninitcode ?? 501);
  if (sealed) return checkedStatus('sealedcode', fields.sealedcode ?? 503);
  return checkedStatus('activecode', fields.activecode ?? 200);
}

function checkedStatus(field: string, status: number): number {
  if (status >= 200 && status <= 599) return status;
  throw failure('request.field-invalid', { field, expected: 'an HTTP status from 200 to 599' });
}

function leader({ options, leadership }: SystemParts): JsonObject {
  const { leaderId, term } = leadership.current();
  return {
    ha_enabled: false,
    is_self: leaderId === options.nodeId,
    leader_address: '',
    leader_cluster_address: '',
    performance_standby: false,
    performance_standby_last_remote_wal: 0,
    leader_id: leaderId,
    term,
  };
}

function node({ options, leadership }: SystemParts): JsonObject {
  return {
    hostname: options.nodeId,
    api_address: '',
    cluster_address: '',
    active_node: leadership.current().leaderId === options.nodeId,
    last_echo: null,
    version: vaultApiVersion,
  };
}

/** Counts and times of the agent; not for everybody, and without a token only where configured. */
async function metrics(
  { options, metricsText }: SystemParts,
  call: {
    readonly fields: { readonly format: string | undefined };
    readonly remote: Remote;
    readonly path: CanonicalPath;
    identify(): Promise<Rights | undefined>;
  },
): Promise<CoreOutcome> {
  const byPlace = options.metricsAccess === 'loopback' && call.remote.local;
  if (!byPlace) requireRead(await call.identify(), call.path);
  const format = call.fields.format ?? 'prometheus';
  if (format !== 'prometheus' || metricsText === undefined) throw failure('system.metrics-format');
  const bytes = utf8Encode(await metricsText());
  return { raw: { contentType: metricsContentType, bytes } };
}

function requireRead(rights: Rights | undefined, path: CanonicalPath): void {
  const decision = rights?.acl.decide({ path, capability: 'read' });
  if (decision?.allowed !== true) throw failure('request.permission-denied');
}
