/**
 * The state of the cluster, as this node sees it. It has one node today. Looked at once a second
 * for all who watch, and at once when the node is sealed or unsealed.
 */
import type { AlarmSeverity, ClusterSnapshot } from '../../../shared/control/topics.ts';
import type { TrailStatus } from '../../../src/audit/trail.ts';
import type { Leadership } from '../../../src/core/system/parts.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Store } from '../../../src/ports/store.ts';
import type { Seal } from '../../../src/seal/seal.ts';
import { type StateSource, stateTopic, type Topic, type Update } from '../feed.ts';
import { sampleIntervalMs } from '../limits.ts';
import { every, Watched } from '../watched.ts';

export interface ClusterPorts {
  readonly seal: Seal;
  readonly store: Store;
  readonly clock: Clock;
  readonly trailStatus: () => TrailStatus;
  readonly leadership: Pick<Leadership, 'current'>;
  /** The highest severity of what stands. */
  readonly alarm: () => AlarmSeverity | undefined;
  /** When the first of the certificates that are shown runs out. */
  readonly certificateUntilMs: () => number | undefined;
  readonly node: {
    readonly id: string;
    readonly version: string;
    readonly storage: string;
    readonly startedAtMs: number;
  };
  /** The state could not be read; it is tried again. */
  readonly onError: (error: unknown) => void;
}

type ClusterUpdate = Extract<Update, { topic: 'cluster' }>;

export function clusterTopic(ports: ClusterPorts): Topic {
  return stateTopic(new ClusterSource(ports));
}

class ClusterSource implements StateSource<ClusterUpdate> {
  readonly topic = 'cluster';
  readonly #ports: ClusterPorts;
  readonly #watched: Watched;
  #latest: ClusterSnapshot | undefined;

  constructor(ports: ClusterPorts) {
    this.#ports = ports;
    this.#watched = new Watched(() => this.#begin());
    const look = (): void => {
      if (this.#watched.any) void this.#look();
    };
    ports.seal.onProgress(look);
    ports.seal.watch({ refused: () => undefined, reset: () => undefined, changed: look });
  }

  watch(listener: () => void): () => void {
    return this.#watched.watch(listener);
  }

  async snapshot(): Promise<ClusterSnapshot> {
    return this.#latest ?? this.#read();
  }

  #begin(): () => void {
    const end = every(sampleIntervalMs, () => void this.#look());
    return () => {
      end();
      this.#latest = undefined;
    };
  }

  async #look(): Promise<void> {
    try {
      this.#latest = await this.#read();
      this.#watched.tell();
    } catch (error) {
      this.#ports.onError(error);
    }
  }

  async #read(): Promise<ClusterSnapshot> {
    const { seal, store, clock, trailStatus, leadership, node } = this.#ports;
    const { revision } = await store.get([]);
    const status = seal.status();
    const { leaderId, term } = leadership.current();
    const { devices, nextIndex } = trailStatus();
    const working = devices.filter((device) => device.working).length;
    return {
      kind: 'cluster',
      capturedAtMs: clock.wallMs(),
      clusterName: status.clusterName ?? '',
      clusterId: status.clusterId ?? '',
      initialised: status.initialised,
      self: node.id,
      nodes: [
        {
          ...node,
          sealed: status.sealed,
          role: leaderId === node.id ? 'leader' : 'follower',
          term,
          revision,
          lag: 0,
          ageMs: 0,
          audit: { devices: devices.length, working, index: nextIndex },
          alarm: this.#ports.alarm(),
          certificateUntilMs: this.#ports.certificateUntilMs(),
        },
      ],
    };
  }
}
