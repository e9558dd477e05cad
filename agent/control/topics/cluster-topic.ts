/**
 * The state of the cluster, as this node sees it. It has one node today. Looked at once a second
 * for all who watch, and at once when the node is sealed or unsealed. There is one look at a time,
 * which all share: a store that hangs is not asked again and again.
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
  /** Kept only while somebody watches: it ages. */
  #latest: ClusterSnapshot | undefined;
  #underWay: Promise<ClusterSnapshot> | undefined;

  constructor(ports: ClusterPorts) {
    this.#ports = ports;
    this.#watched = new Watched(() => this.#begin());
    const look = (): void => {
      if (this.#watched.any) this.#follow();
    };
    ports.seal.onProgress(look);
    ports.seal.watch({ refused: () => undefined, reset: () => undefined, changed: look });
  }

  watch(listener: () => void): () => void {
    return this.#watched.watch(listener);
  }

  async snapshot(): Promise<ClusterSnapshot> {
    return this.#latest ?? this.#look();
  }

  #begin(): () => void {
    const end = every(sampleIntervalMs, () => this.#follow());
    return () => {
      end();
      this.#latest = undefined;
    };
  }

  /** What has changed while a look is under way is in its answer. */
  #follow(): void {
    if (this.#underWay === undefined) this.#look().catch(this.#ports.onError);
  }

  #look(): Promise<ClusterSnapshot> {
    this.#underWay ??= this.#read().catch((error: unknown) => {
      this.#underWay = undefined;
      throw error;
    });
    return this.#underWay;
  }

  async #read(): Promise<ClusterSnapshot> {
    const { revision } = await this.#ports.store.get([]);
    // What changes from here on is for the next look.
    this.#underWay = undefined;
    const snapshot = this.#captured(revision);
    if (this.#watched.any) this.#latest = snapshot;
    this.#watched.tell();
    return snapshot;
  }

  #captured(revision: number): ClusterSnapshot {
    const { seal, clock, trailStatus, leadership, node } = this.#ports;
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
