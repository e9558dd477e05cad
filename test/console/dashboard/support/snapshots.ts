/** Snapshots as an agent would send them, for the wallboard. */
import type { NodeMetrics, NodeSnapshot } from '../../../../shared/control/topics.ts';
import type { WallboardUpdate } from '../../../../console/dashboard/update.ts';

export const epochMs: number = Date.UTC(2030, 0, 1, 12, 3, 11);

export function node(id: string, own: Partial<NodeSnapshot> = {}): NodeSnapshot {
  return {
    id,
    sealed: false,
    role: 'leader',
    term: 1,
    revision: 18_204,
    lag: 0,
    version: '0.1.0',
    startedAtMs: epochMs,
    storage: 'embedded',
    ageMs: 0,
    audit: { devices: 1, working: 1, index: 7 },
    alarm: undefined,
    certificateUntilMs: undefined,
    ...own,
  };
}

export function sample(id: string, atMs: number, requestsPerSecond: number): NodeMetrics {
  return {
    node: id,
    atMs,
    host: {
      cpuPercent: 12,
      loadAverage1: 0.4,
      memoryTotalBytes: 1_000,
      memoryUsedBytes: 880,
      swapUsedBytes: 0,
      disks: [
        { mount: '/', totalBytes: 100, usedBytes: 41 },
        { mount: '/data', totalBytes: 100, usedBytes: 77 },
      ],
      networkReceivedBytesPerSecond: 0,
      networkSentBytesPerSecond: 0,
      uptimeSeconds: 1,
    },
    agent: {
      residentBytes: 1,
      cpuPercent: 1,
      loopDelayP99Ms: 1,
      storageLoopDelayP99Ms: 0.3,
      requestsPerSecond,
      requestP50Ms: 1,
      requestP99Ms: requestsPerSecond / 100,
      commitsPerSecond: 1,
      auditRecordsPerSecond: 1,
      connections: 1,
    },
  };
}

export function update(own: Partial<WallboardUpdate> = {}): WallboardUpdate {
  return {
    cluster: {
      kind: 'cluster',
      capturedAtMs: epochMs,
      clusterName: 'prod-eu1',
      clusterId: 'c',
      initialised: true,
      self: 'node-1',
      nodes: [node('node-1'), node('node-2', { sealed: true, role: 'follower' })],
    },
    metrics: { kind: 'metrics', samples: [sample('node-1', epochMs, 420)] },
    alarms: { kind: 'alarms', open: [], cleared: [] },
    stale: false,
    ...own,
  };
}
