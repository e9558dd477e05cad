/**
 * The agent's own figures as rates, for those who watch: each sample is of the time since the one
 * before. A sampler lives while somebody watches; nothing is measured otherwise.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { AgentFigures } from '../../shared/control/topics.ts';
import { DurationHistogram } from './duration-histogram.ts';
import { loopDelayResolutionMs } from './limits.ts';

/** Counts that only grow, and what is true at this moment. */
export interface FigureCounts {
  readonly commits: number;
  readonly auditRecords: number;
  readonly connections: number;
}

export interface FigurePorts {
  readonly counts: () => Promise<FigureCounts>;
  /** Tells how long each request took, until the returned function is called. */
  readonly watchRequests: (listener: (durationMs: number) => void) => () => void;
}

interface Mark extends FigureCounts {
  readonly atMs: number;
  readonly cpuMs: number;
}

const microsecondsPerMs = 1_000;
const nanosecondsPerMs = 1_000_000;

export class FigureSampler {
  readonly #ports: FigurePorts;
  readonly #durations = new DurationHistogram();
  readonly #delay = monitorEventLoopDelay({ resolution: loopDelayResolutionMs });
  readonly #leave: () => void;
  #last: Mark | undefined;

  constructor(ports: FigurePorts) {
    this.#ports = ports;
    this.#delay.enable();
    this.#leave = ports.watchRequests((durationMs) => this.#durations.add(durationMs));
  }

  async sample(): Promise<AgentFigures> {
    const now = await this.#mark();
    const last = this.#last ?? now;
    this.#last = now;
    const elapsedMs = now.atMs - last.atMs;
    const perSecond = (count: number): number =>
      elapsedMs > 0 ? (Math.max(0, count) * 1_000) / elapsedMs : 0;
    const requests = this.#durations.take();
    const loopDelayP99Ms = this.#delay.percentile(99) / nanosecondsPerMs;
    this.#delay.reset();
    return {
      residentBytes: process.memoryUsage.rss(),
      cpuPercent: perSecond(now.cpuMs - last.cpuMs) / 10,
      loopDelayP99Ms,
      requestsPerSecond: perSecond(requests.count),
      requestP50Ms: requests.p50Ms,
      requestP99Ms: requests.p99Ms,
      commitsPerSecond: perSecond(now.commits - last.commits),
      auditRecordsPerSecond: perSecond(now.auditRecords - last.auditRecords),
      connections: now.connections,
    };
  }

  stop(): void {
    this.#leave();
    this.#delay.disable();
  }

  async #mark(): Promise<Mark> {
    const counts = await this.#ports.counts();
    const { user, system } = process.cpuUsage();
    return { ...counts, atMs: performance.now(), cpuMs: (user + system) / microsecondsPerMs };
  }
}
