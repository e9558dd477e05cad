/** What each part of the overload bench works on: an agent with a mount, and its token. */
import { readdir, readFile } from 'node:fs/promises';
import { AgentProcess } from '../../support/agent-process.ts';
import { type BenchRequest, rawRequest } from '../load/raw-request.ts';

export interface Stage {
  readonly agent: AgentProcess;
  readonly token: string;
  readonly tls: 'off' | 'auto';
  /** Of each load. */
  readonly seconds: number;
}

const sparedDescriptors = 500;

export async function openStage(
  seconds: number,
  tls: 'off' | 'auto' = 'off',
): Promise<Stage & AsyncDisposable> {
  const agent = await AgentProcess.start({ tls, sync: 'write' });
  const { rootToken: token } = await agent.initialiseAndUnseal();
  const mount = { token, body: { type: 'kv', options: { version: '2' } } };
  await agent.call('POST', '/v1/sys/mounts/secret', mount);
  return { agent, token, tls, seconds, [Symbol.asyncDispose]: () => agent[Symbol.asyncDispose]() };
}

export function rawRequests(
  { token }: Stage,
  requests: readonly Omit<BenchRequest, 'headers'>[],
): Uint8Array<ArrayBuffer>[] {
  const headers = { 'X-Vault-Token': token, 'Content-Type': 'application/json' };
  return requests.map((request) => rawRequest('localhost', { ...request, headers }));
}

/** Descriptors that a process has open; 0 where there is no /proc. */
export async function descriptorsOf(pid: number): Promise<number> {
  return (await readdir(`/proc/${pid}/fd`).catch(() => [])).length;
}

/** How many connections this process may open, with some to spare. */
export async function connectionsPossible(): Promise<number> {
  const text = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const soft = Number(/^Max open files +(?<soft>\d+)/mu.exec(text)?.groups?.['soft'] ?? 1_024);
  return soft - sparedDescriptors;
}

/** Seconds until `isSo`, or NaN after `secondsMax`. */
export async function secondsUntil(
  isSo: () => boolean | Promise<boolean>,
  secondsMax: number,
): Promise<number> {
  const begun = performance.now();
  const elapsed = (): number => (performance.now() - begun) / 1_000;
  while (!(await isSo())) {
    if (elapsed() > secondsMax) return Number.NaN;
    await pause(lookEveryMs);
  }
  return elapsed();
}

const lookEveryMs = 50;

export function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
