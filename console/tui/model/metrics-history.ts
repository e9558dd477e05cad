/** The last minutes of each node's figures, for charts. Every list is bounded. */
import type { MetricsSnapshot, NodeMetrics } from '../../../shared/control/topics.ts';
import { metricNodesMax, metricSamplesMax } from './limits.ts';

/** Oldest first. */
export type NodeHistory = readonly NodeMetrics[];

export type MetricsHistory = ReadonlyMap<string, NodeHistory>;

export const noHistory: MetricsHistory = new Map();

/** The history with the snapshot's samples; one that is there already is not taken twice. */
export function withSamples(history: MetricsHistory, { samples }: MetricsSnapshot): MetricsHistory {
  const next = new Map(history);
  for (const sample of samples) {
    const known = next.get(sample.node) ?? [];
    const last = known.at(-1);
    if (last !== undefined && last.atMs >= sample.atMs) continue;
    if (!next.has(sample.node) && next.size >= metricNodesMax) continue;
    next.set(sample.node, [...known.slice(1 - metricSamplesMax), sample]);
  }
  return next;
}

/** The newest sample of a node. */
export function latestOf(history: MetricsHistory, node: string): NodeMetrics | undefined {
  return history.get(node)?.at(-1);
}

/** One figure over time; samples that do not have it are left out. */
export function seriesOf(
  history: MetricsHistory,
  node: string,
  figureOf: (sample: NodeMetrics) => number | undefined,
): readonly number[] {
  return (history.get(node) ?? []).map(figureOf).filter((figure) => figure !== undefined);
}
