/**
 * Metrics of the host, sampled in a child process while somebody watches. The first watcher starts
 * the child, the last one to leave ends it a little later. A child that hangs, dies or talks
 * nonsense is replaced after a wait that doubles, a few times; then the log says that it was given
 * up, until nobody watches any more and somebody begins to.
 */
import { extname, join } from 'node:path';
import type { HostMetrics } from '../../shared/control/topics.ts';
import type { Clock, Timers } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import { HostSamplerProcess } from './host-sampler-process.ts';
import {
  hostSampleIntervalMs,
  hostSampleMsMax,
  hostSamplerBackoffMs,
  hostSamplerLingerMs,
  hostSamplerRestartsMax,
  hostSamplerSteadyMs,
} from './limits.ts';

/** Beside this file, compiled or not as it is. */
const ownProgram = join(import.meta.dirname, `host-sampler-child${extname(import.meta.filename)}`);

const limits = {
  intervalMs: hostSampleIntervalMs,
  answerMs: hostSampleMsMax,
  lingerMs: hostSamplerLingerMs,
  backoffMs: hostSamplerBackoffMs,
};

export interface HostSamplerOptions {
  readonly log: Log;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Another program than the agent's own, and shorter times: for trying out failures. */
  readonly program?: string;
  readonly times?: Partial<typeof limits>;
}

type Watcher = (sample: HostMetrics) => void;

export class HostSampler {
  readonly #options: HostSamplerOptions;
  readonly #times: typeof limits;
  readonly #watchers = new Set<{ readonly tell: Watcher }>();
  #child: HostSamplerProcess | undefined;
  /** Processes that have not ended yet: the child, and those that were told to end. */
  #living = 0;
  /** Nothing runs and nothing is waited for, because nobody watches. */
  #resting = true;
  /** The one thing that is waited for: the next sample, an answer, a restart. */
  #cancelStep = (): void => undefined;
  #cancelLinger = (): void => undefined;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #startedAtMs = 0;
  #failures = 0;
  #stopped: Promise<void> | undefined;
  #gone = (): void => undefined;

  constructor(options: HostSamplerOptions) {
    this.#options = options;
    this.#times = { ...limits, ...options.times };
  }

  /** Tells every sample from now on; the returned function ends that. */
  watch(listener: Watcher): () => void {
    const watcher = { tell: listener };
    this.#watchers.add(watcher);
    this.#cancelLinger();
    if (this.#resting && this.#stopped === undefined) this.#begin();
    return () => {
      if (this.#watchers.delete(watcher) && this.#watchers.size === 0) this.#linger();
    };
  }

  /** Ends the child and resolves when it is gone; no sample comes afterwards. */
  stop(): Promise<void> {
    this.#stopped ??= new Promise((resolve) => {
      this.#gone = resolve;
      this.#watchers.clear();
      this.#cancelLinger();
      this.#end();
      if (this.#living === 0) resolve();
    });
    return this.#stopped;
  }

  #begin(): void {
    this.#resting = false;
    this.#failures = 0;
    this.#start();
  }

  #start(): void {
    const { program = ownProgram, clock } = this.#options;
    this.#startedAtMs = clock.monotonicMs();
    const child = new HostSamplerProcess(program, {
      sampled: (sample) => this.#sampled(sample),
      ended: (reason) => this.#ended(child, reason),
    });
    this.#child = child;
    this.#living += 1;
    this.#askInTime(child);
  }

  /** Never sooner after the sample before than the interval, whichever child took that. */
  #askInTime(child: HostSamplerProcess): void {
    const { clock } = this.#options;
    const waitMs = this.#askedAtMs + this.#times.intervalMs - clock.monotonicMs();
    this.#step(Math.max(waitMs, 0), () => {
      this.#askedAtMs = clock.monotonicMs();
      child.ask();
      this.#step(this.#times.answerMs, () => child.kill('it does not answer'));
    });
  }

  #sampled(sample: HostMetrics): void {
    const child = this.#child;
    if (child === undefined) return;
    if (this.#options.clock.monotonicMs() - this.#startedAtMs > hostSamplerSteadyMs) {
      this.#failures = 0;
    }
    this.#askInTime(child);
    for (const watcher of this.#watchers) watcher.tell(sample);
  }

  #ended(child: HostSamplerProcess, reason: string): void {
    this.#living -= 1;
    if (this.#stopped !== undefined && this.#living === 0) this.#gone();
    if (child !== this.#child) return;
    this.#child = undefined;
    this.#cancelStep();
    this.#failures += 1;
    const { log } = this.#options;
    if (this.#failures > hostSamplerRestartsMax) {
      log.warn('host metrics are given up until somebody watches anew', { reason });
      return;
    }
    log.info('the sampler of host metrics is started anew', { reason });
    this.#step(this.#times.backoffMs * 2 ** (this.#failures - 1), () => this.#start());
  }

  #linger(): void {
    this.#cancelLinger = this.#options.timers.after(this.#times.lingerMs, () => this.#end());
  }

  #end(): void {
    this.#resting = true;
    this.#cancelStep();
    const child = this.#child;
    this.#child = undefined;
    child?.kill('nobody watches');
  }

  #step(delayMs: number, act: () => void): void {
    this.#cancelStep();
    this.#cancelStep = this.#options.timers.after(delayMs, act);
  }
}
