/**
 * Numbers for `sys/metrics`. Names are Prometheus names with their unit; label values come from
 * small fixed sets (a path, a token or a name is never a label).
 */
export interface Metrics {
  /** Adds to a counter. */
  count(name: string, labels?: MetricLabels, by?: number): void;
  /** Sets a gauge. */
  gauge(name: string, value: number, labels?: MetricLabels): void;
  /** Puts a duration, in seconds, into a histogram. */
  observeSeconds(name: string, seconds: number, labels?: MetricLabels): void;
}

export type MetricLabels = Readonly<Record<string, string>>;
