/** What the charts remember: the newest samples of each node, oldest first. */
import type { MetricsSnapshot, NodeMetrics } from '../../shared/control/topics.ts';
import { chartNodesMax, chartSamplesMax } from './limits.ts';

export class MetricsHistory {
  readonly #byNode = new Map<string, NodeMetrics[]>();

  /** Takes what is newer than what is there; a snapshot may come twice. */
  add(snapshot: MetricsSnapshot): void {
    for (const sample of snapshot.samples) this.#addSample(sample);
  }

  /** Nodes in the order in which they were first heard of. */
  get nodes(): readonly string[] {
    return [...this.#byNode.keys()];
  }

  of(node: string): readonly NodeMetrics[] {
    return this.#byNode.get(node) ?? [];
  }

  #addSample(sample: NodeMetrics): void {
    const samples = this.#byNode.get(sample.node) ?? [];
    const isNew = sample.atMs > (samples.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY);
    if (!isNew || (samples.length === 0 && this.#byNode.size >= chartNodesMax)) return;
    samples.push(sample);
    if (samples.length > chartSamplesMax) samples.shift();
    this.#byNode.set(sample.node, samples);
  }
}
