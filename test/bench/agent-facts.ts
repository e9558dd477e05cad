/** What can be told of a process from outside. */
import { readFile } from 'node:fs/promises';

import type { AgentProcess } from '../support/agent-process.ts';

const kibibytesPerMegabyte = 1_000_000 / 1_024;

/** Resident memory of a process in MB; NaN where there is no /proc. */
export async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kibibytes === undefined ? Number.NaN : Number(kibibytes) / kibibytesPerMegabyte;
}

/** Median milliseconds from spawning the agent to its answer on sys/health, whatever it says. */
export async function startMilliseconds(agent: AgentProcess, runs: number): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    await agent.stop();
    const before = performance.now();
    await agent.restart();
    times.push(performance.now() - before);
  }
  times.sort((left, right) => left - right);
  return times[Math.floor(times.length / 2)] ?? Number.NaN;
}
