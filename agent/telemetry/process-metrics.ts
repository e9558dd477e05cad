/** What the agent says of its own process, sampled when somebody reads the metrics. */
import { readdirSync } from 'node:fs';
import { measureLoopDelay } from './loop-delay.ts';
import type { MetricsRegistry } from './metrics.ts';

const msPerSecond = 1_000;
const microsecondsPerSecond = 1e6;

const loopDelayMetric = 'strongbox_event_loop_delay_p99_seconds';

/** Declares the process metrics and keeps them current. */
export function declareProcessMetrics(registry: MetricsRegistry): void {
  registry.declare('process_resident_memory_bytes', 'gauge', 'Resident memory of the agent.');
  registry.declare('process_uptime_seconds', 'gauge', 'Seconds since the agent started.');
  registry.declare('process_open_fds', 'gauge', 'Open file descriptors.');
  registry.declare('process_cpu_seconds', 'gauge', 'User and system CPU time used so far.');
  registry.declare(
    loopDelayMetric,
    'gauge',
    'How late an event loop was, 99th percentile since the last reading (storage: worst second).',
  );
  const { delay } = measureLoopDelay();
  registry.beforeRead(() => {
    const { user, system } = process.cpuUsage();
    registry.gauge('process_resident_memory_bytes', process.memoryUsage.rss());
    registry.gauge('process_uptime_seconds', process.uptime());
    registry.gauge('process_open_fds', openDescriptors());
    registry.gauge('process_cpu_seconds', (user + system) / microsecondsPerSecond);
    registry.gauge(loopDelayMetric, delay.takeP99Ms() / msPerSecond, { thread: 'request' });
  });
}

/** Of the storage thread: `takeMs` tells its worst delay since the last call. */
export function watchStorageLoop(registry: MetricsRegistry, takeMs: () => number): void {
  registry.beforeRead(() =>
    registry.gauge(loopDelayMetric, takeMs() / msPerSecond, { thread: 'storage' }),
  );
}

/** Not everywhere is there a /proc to count them in. */
function openDescriptors(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return Number.NaN;
  }
}
