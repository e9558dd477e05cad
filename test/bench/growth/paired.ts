/**
 * Two servers side by side, asked in slices that alternate: what else the machine does meets both
 * alike, and their ratio stands where neither figure does.
 */
import { measureWithCpu } from '../judge.ts';
import type { BenchRequest } from '../load/raw-request.ts';

const connections = 16;
const sliceSeconds = 1;
const slices = 4;

export interface Asked {
  readonly agent: { readonly address: string; readonly pid: number };
  readonly requests: readonly BenchRequest[];
}

/** How many times the CPU time for each request of `small` that of `large` is. */
export async function cpuRatio(large: Asked, small: Asked): Promise<number> {
  const costs = { large: new Cost(large), small: new Cost(small) };
  for (let slice = 0; slice < slices; slice += 1) {
    await costs.small.addSlice();
    await costs.large.addSlice();
  }
  return costs.large.microseconds / costs.small.microseconds;
}

class Cost {
  readonly #asked: Asked;
  #totalMicroseconds = 0;
  #requests = 0;

  constructor(asked: Asked) {
    this.#asked = asked;
  }

  /** For each request. */
  get microseconds(): number {
    return this.#totalMicroseconds / this.#requests;
  }

  async addSlice(): Promise<void> {
    const { agent, requests } = this.#asked;
    const load = { address: agent.address, requests, connections, seconds: sliceSeconds };
    const { measured, cpuMicroseconds } = await measureWithCpu(load, agent.pid);
    this.#totalMicroseconds += cpuMicroseconds * measured.requests;
    this.#requests += measured.requests;
  }
}
