/**
 * The agent's own figures as rates, for those who watch: each sample is of the time since the one
 * before. A sampler lives while somebody watches; nothing is measured otherwise.
 */
import type { AgentFigures } from '../../shared/control/topics.ts';
import { DurationHistogram } from './duration-histogram.ts';
import { measureLoopDelay } from './loop-delay.ts';

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
  /** How late the storage thread was, in ms, since the last call; absent where there is none. */
  readonly takeStorageDelayMs?: (() => number) | undefined;
}

interface Mark extends FigureCounts {
  readonly atMs: number;
  readonly cpuMs: number;
}

const microsecondsPerMs = 1_000;

export class FigureSampler {
  readonly #ports: FigurePorts;
  readonly #durations = new DurationHistogram();
  readonly #loop = measureLoopDelay();
  readonly #leave: () => void;
  #last: Mark | undefined;

  constructor(ports: FigurePorts) {
    this.#ports = ports;
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
    return {
      residentBytes: process.memoryUsage.rss(),
      cpuPercent: perSecond(now.cpuMs - last.cpuMs) / 10,
      loopDelayP99Ms: this.#loop.delay.takeP99Ms(),
      storageLoopDelayP99Ms: this.#ports.takeStorageDelayMs?.(),
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
    this.#loop.stop();
  }

  async #mark(): Promise<Mark> {
    const counts = await this.#ports.counts();
    const { user, system } = process.cpuUsage();
    return { ...counts, atMs: performance.now(), cpuMs: (user + system) / microsecondsPerMs };
  }
}
