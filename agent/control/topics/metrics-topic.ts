/**
 * Figures of this node, sampled only while somebody watches: the host's by a child process, the
 * agent's once a second.
 */
import type { HostMetrics, MetricsSnapshot, NodeMetrics } from '../../../shared/control/topics.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { FigureSampler } from '../../telemetry/agent-figures.ts';
import { type StateSource, stateTopic, type Topic, type Update } from '../feed.ts';
import { sampleIntervalMs } from '../limits.ts';
import { every, Watched } from '../watched.ts';

/** Samples of the host while somebody watches; `watch` returns what ends that. */
export interface HostSamples {
  watch(listener: (sample: HostMetrics) => void): () => void;
}

export interface MetricsPorts {
  readonly node: string;
  readonly clock: Clock;
  readonly host: HostSamples;
  readonly figures: () => FigureSampler;
  readonly onError: (error: unknown) => void;
}

export function metricsTopic(ports: MetricsPorts): Topic {
  return stateTopic(new MetricsSource(ports));
}

type MetricsUpdate = Extract<Update, { topic: 'metrics' }>;

class MetricsSource implements StateSource<MetricsUpdate> {
  readonly topic = 'metrics';
  readonly #ports: MetricsPorts;
  readonly #watched: Watched;
  #host: HostMetrics | undefined;
  #latest: NodeMetrics | undefined;
  /** What those who watch now are shown: that of watchers before them ends with them. */
  #figures: FigureSampler | undefined;
  #isSampling = false;

  constructor(ports: MetricsPorts) {
    this.#ports = ports;
    this.#watched = new Watched(() => this.#begin());
  }

  watch(listener: () => void): () => void {
    return this.#watched.watch(listener);
  }

  async snapshot(): Promise<MetricsSnapshot> {
    return { kind: 'metrics', samples: this.#latest === undefined ? [] : [this.#latest] };
  }

  #begin(): () => void {
    const figures = this.#ports.figures();
    this.#figures = figures;
    const leaveHost = this.#ports.host.watch((sample) => {
      this.#host = sample;
    });
    const endSampling = every(sampleIntervalMs, () => void this.#sample(figures));
    return () => {
      endSampling();
      leaveHost();
      figures.stop();
      this.#figures = undefined;
      this.#host = undefined;
      this.#latest = undefined;
    };
  }

  /** One at a time: a store that hangs is not asked again and again. */
  async #sample(figures: FigureSampler): Promise<void> {
    if (this.#isSampling) return;
    this.#isSampling = true;
    try {
      const agent = await figures.sample();
      if (this.#figures !== figures) return;
      const { node, clock } = this.#ports;
      this.#latest = { node, atMs: clock.wallMs(), host: this.#host, agent };
      this.#watched.tell();
    } catch (error) {
      this.#ports.onError(error);
    } finally {
      this.#isSampling = false;
    }
  }
}
