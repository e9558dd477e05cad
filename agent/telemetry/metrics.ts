/**
 * The registry behind the Metrics port and its text in the Prometheus exposition format, version
 * 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/).
 */
import { assert } from '../../shared/assert.ts';
import type { MetricLabels, Metrics } from '../../src/ports/metrics.ts';
import { seriesPerMetricMax } from './limits.ts';

export type MetricKind = 'counter' | 'gauge' | 'histogram';

interface Family {
  readonly kind: MetricKind;
  readonly help: string;
  readonly series: Map<string, Series>;
}

interface Series {
  value: number;
  /** Histogram only: how many observations lie between each bound and the one before it. */
  readonly buckets: number[];
  /** Histogram only: observations in all. */
  count: number;
}

/** A series of a counter, for whoever counts so often that looking it up by labels costs. */
export interface Counter {
  add(by: number): void;
}

/** A series of a histogram, likewise. */
export interface Histogram {
  observe(seconds: number): void;
}

/** Upper bounds in seconds: a sync is 0.25 ms, a request's deadline 90 s. */
const bucketBoundsSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10] as const;
const overflowLabels: MetricLabels = { series: 'other' };

export class MetricsRegistry implements Metrics {
  readonly #families = new Map<string, Family>();
  readonly #collectors: (() => void)[] = [];

  /** Declares a metric before its first use; its kind and help text are fixed. */
  declare(name: string, kind: MetricKind, help: string): void {
    assert(/^[a-z][a-z0-9_]*$/.test(name), 'a metric has a Prometheus name');
    assert(!this.#families.has(name), 'a metric is declared once');
    this.#families.set(name, { kind, help, series: new Map() });
  }

  /** Registers a function that sets gauges just before they are read. */
  beforeRead(collect: () => void): void {
    this.#collectors.push(collect);
  }

  count(name: string, labels: MetricLabels = {}, by = 1): void {
    this.counter(name, labels).add(by);
  }

  /** The counter with these labels, to be kept. */
  counter(name: string, labels: MetricLabels = {}): Counter {
    const series = this.#series(name, 'counter', labels);
    return {
      add: (by) => {
        assert(by >= 0, 'a counter only grows');
        series.value += by;
      },
    };
  }

  gauge(name: string, value: number, labels: MetricLabels = {}): void {
    this.#series(name, 'gauge', labels).value = value;
  }

  observeSeconds(name: string, seconds: number, labels: MetricLabels = {}): void {
    this.histogram(name, labels).observe(seconds);
  }

  /** The histogram with these labels, to be kept. */
  histogram(name: string, labels: MetricLabels = {}): Histogram {
    const series = this.#series(name, 'histogram', labels);
    return { observe: (seconds) => observe(series, seconds) };
  }

  /** Everything, as text. */
  text(): string {
    for (const collect of this.#collectors) collect();
    const lines: string[] = [];
    for (const [name, family] of this.#families) {
      lines.push(`# HELP ${name} ${family.help}`, `# TYPE ${name} ${family.kind}`);
      for (const [labels, series] of family.series) {
        lines.push(...render(name, family, labels, series));
      }
    }
    return `${lines.join('\n')}\n`;
  }

  #series(name: string, kind: MetricKind, labels: MetricLabels): Series {
    const family = this.#families.get(name);
    assert(family !== undefined && family.kind === kind, `metric ${name} is a declared ${kind}`);
    let key = labelText(labels);
    if (!family.series.has(key) && family.series.size >= seriesPerMetricMax) {
      key = labelText(overflowLabels);
    }
    let series = family.series.get(key);
    if (series === undefined) {
      series = { value: 0, buckets: bucketBoundsSeconds.map(() => 0), count: 0 };
      family.series.set(key, series);
    }
    return series;
  }
}

function observe(series: Series, seconds: number): void {
  series.value += seconds;
  series.count += 1;
  const index = bucketBoundsSeconds.findIndex((bound) => seconds <= bound);
  if (index >= 0) series.buckets[index] = (series.buckets[index] ?? 0) + 1;
}

function render(name: string, family: Family, labels: string, series: Series): string[] {
  if (family.kind !== 'histogram') return [`${name}${braced(labels)} ${series.value}`];
  // On the wire a bucket holds all that lies below its bound.
  let atMost = 0;
  const bounded = bucketBoundsSeconds.map((bound, index) => {
    atMost += series.buckets[index] ?? 0;
    return `${name}_bucket${braced(joined(labels, `le="${bound}"`))} ${atMost}`;
  });
  return [
    ...bounded,
    `${name}_bucket${braced(joined(labels, 'le="+Inf"'))} ${series.count}`,
    `${name}_sum${braced(labels)} ${series.value}`,
    `${name}_count${braced(labels)} ${series.count}`,
  ];
}

function labelText(labels: MetricLabels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',');
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function joined(labels: string, more: string): string {
  return labels === '' ? more : `${labels},${more}`;
}

function braced(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}
