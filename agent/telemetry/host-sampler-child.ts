/**
 * Program: measures the host with `systeminformation`, which runs shells and blocks while it does,
 * so not in the agent. It is given nothing: no environment, no arguments, no descriptor but two
 * pipes. An empty line on stdin asks for a sample, a line on stdout answers; the end of stdin,
 * which comes with the agent's death as well, ends it.
 */
import { loadavg, uptime } from 'node:os';
import { createInterface } from 'node:readline';
import { currentLoad, fsSize, mem, networkStats } from 'systeminformation';
import type { HostMetrics } from '../../shared/control/topics.ts';
import { hostDisksMax, hostMountCharactersMax } from './limits.ts';

async function sample(): Promise<HostMetrics> {
  const cpu = await currentLoad();
  const memory = await mem();
  const network = await networkStats();
  return {
    cpuPercent: cpu.currentLoad,
    loadAverage1: loadavg()[0] ?? 0,
    memoryTotalBytes: memory.total,
    memoryUsedBytes: memory.total - memory.available,
    swapUsedBytes: memory.swapused,
    disks: await disks(),
    networkReceivedBytesPerSecond: sum(network.map((one) => one.rx_sec)),
    networkSentBytesPerSecond: sum(network.map((one) => one.tx_sec)),
    uptimeSeconds: uptime(),
  };
}

/** One entry a device: a container sees the same one at many places. */
async function disks(): Promise<HostMetrics['disks']> {
  const byDevice = new Map<string, HostMetrics['disks'][number]>();
  for (const { fs, mount, size, used } of await fsSize()) {
    const isListed = size > 0 && mount.length <= hostMountCharactersMax && !byDevice.has(fs);
    if (isListed) byDevice.set(fs, { mount, totalBytes: size, usedBytes: used });
  }
  return [...byDevice.values()].slice(0, hostDisksMax);
}

/** A rate is null until there are two readings to take it from. */
function sum(rates: readonly (number | null)[]): number {
  return rates.reduce<number>((total, rate) => total + Math.max(rate ?? 0, 0), 0);
}

process.stdin.once('end', () => process.exit());
for await (const line of createInterface({ input: process.stdin })) {
  if (line !== '') continue;
  process.stdout.write(`${JSON.stringify(await sample())}\n`);
}
