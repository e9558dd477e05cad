/** What the agent says of its own process, sampled when somebody reads the metrics. */
import { readdirSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { loopDelayResolutionMs } from './limits.ts';
import type { MetricsRegistry } from './metrics.ts';

const nanosecondsPerSecond = 1e9;
const microsecondsPerSecond = 1e6;

/** Declares the process metrics and keeps them current. */
export function declareProcessMetrics(registry: MetricsRegistry): void {
  registry.declare('process_resident_memory_bytes', 'gauge', 'Resident memory of the agent.');
  registry.declare('process_uptime_seconds', 'gauge', 'Seconds since the agent started.');
  registry.declare('process_open_fds', 'gauge', 'Open file descriptors.');
  registry.declare('process_cpu_seconds', 'gauge', 'User and system CPU time used so far.');
  registry.declare(
    'strongbox_event_loop_delay_p99_seconds',
    'gauge',
    'How late the event loop was, 99th percentile since the last reading.',
  );
  const delay = monitorEventLoopDelay({ resolution: loopDelayResolutionMs });
  delay.enable();
  registry.beforeRead(() => {
    const { user, system } = process.cpuUsage();
    registry.gauge('process_resident_memory_bytes', process.memoryUsage.rss());
    registry.gauge('process_uptime_seconds', process.uptime());
    registry.gauge('process_open_fds', openDescriptors());
    registry.gauge('process_cpu_seconds', (user + system) / microsecondsPerSecond);
    registry.gauge(
      'strongbox_event_loop_delay_p99_seconds',
      delay.percentile(99) / nanosecondsPerSecond,
    );
    delay.reset();
  });
}

/** Not everywhere is there a /proc to count them in. */
function openDescriptors(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return Number.NaN;
  }
}
