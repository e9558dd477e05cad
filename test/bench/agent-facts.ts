/** What can be told of a process from outside: NaN where there is no /proc. */
import { readFile } from 'node:fs/promises';

import type { AgentProcess } from '../support/agent-process.ts';

const kibibytesPerMegabyte = 1_000_000 / 1_024;
const microsecondsPerTick = 10_000;

/** Resident memory of a process in MB. */
export async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kibibytes === undefined ? Number.NaN : Number(kibibytes) / kibibytesPerMegabyte;
}

/**
 * CPU time that a process has used so far, all its threads together, in microseconds. The kernel
 * counts in ticks of 10 ms (proc(5), stat, fields 14 and 15).
 */
export async function cpuTimeMicroseconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * microsecondsPerTick;
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
