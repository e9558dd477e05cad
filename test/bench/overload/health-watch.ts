/** Asks an agent for its health on the Unix socket ten times a second, one question at a time. */
import type { AgentProcess } from '../../support/agent-process.ts';

const everyMs = 100;

export class HealthWatch {
  readonly #agent: AgentProcess;
  readonly #times: number[] = [];
  readonly #loop: Promise<void>;
  #failed = 0;
  #isRunning = true;

  constructor(agent: AgentProcess) {
    this.#agent = agent;
    this.#loop = this.#ask();
  }

  /** How long the answers took, as a text. */
  async stop(): Promise<string> {
    this.#isRunning = false;
    await this.#loop;
    const sorted = this.#times.sort((left, right) => left - right);
    const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
    const worst = sorted.at(-1) ?? Number.NaN;
    const failed = this.#failed === 0 ? '' : `, ${this.#failed} not answered`;
    return `p50 ${median.toFixed(0)} ms, worst ${worst.toFixed(0)} ms${failed}`;
  }

  async #ask(): Promise<void> {
    while (this.#isRunning) {
      const begun = performance.now();
      const answer = await this.#agent.call('GET', '/v1/sys/health').catch(() => undefined);
      if (answer?.status === 200) this.#times.push(performance.now() - begun);
      else this.#failed += 1;
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }
}
