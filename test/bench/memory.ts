/**
 * Resident memory of an agent: idle, after many reads, and with many live tokens. What a load of
 * any kind leaves behind is in the second figure, too: so those with tokens are compared with each
 * other, and once more after a new start.
 */
import { residentMegabytes } from './agent-facts.ts';
import { idleMemoryBudget, tokensMemoryBudget } from './budgets.ts';
import { judgedConnections } from './judge.ts';
import { measure } from './load/load.ts';
import type { BenchRequest } from './load/raw-request.ts';
import type { BenchOptions } from './options.ts';
import { createTokenRequest, works } from './rates/works.ts';
import { SeededAgent } from './seed/seeded-agent.ts';
import { printFact } from './table.ts';

const sliceSeconds = 5;
/** An agent that was just started has settled by then. */
const settleMs = 5_000;
/** Until both threads have seen that a load is over, and collected. */
const restMs = 30_000;

export async function benchMemory({ reads, tokens }: BenchOptions): Promise<void> {
  await using seeded = await SeededAgent.open();
  const { agent, rootToken: token } = seeded;
  const { address, pid } = agent;
  const idle = await settledMegabytes(pid);
  printFact('resident memory, unsealed, idle', idle, 'MB', idleMemoryBudget);

  const mixed = works.find(({ name }) => name === 'mixed');
  const requests = (await mixed?.prepare({ address, token })) ?? [];
  await ask(
    address,
    requests.filter(({ method }) => method === 'GET'),
    reads,
  );
  const afterReads = await settledMegabytes(pid, restMs);
  printFact(`the same after ${reads.toLocaleString('en')} reads`, afterReads, 'MB');

  const first = await ask(address, [createTokenRequest(token)], tokens / 8);
  const withFirst = await settledMegabytes(pid, restMs);
  printFact(
    `the same with ${first.toLocaleString('en')} live tokens, made just now`,
    withFirst,
    'MB',
  );
  const made = first + (await ask(address, [createTokenRequest(token)], tokens - first));
  const withAll = await settledMegabytes(pid, restMs);
  const many = made.toLocaleString('en');
  printFact(`the same with ${many}`, withAll, 'MB');
  printFact('  of that with the first of them', withAll / withFirst, '×', tokensMemoryBudget);
  printFact('  of that when idle', withAll / idle, '×', tokensMemoryBudget);

  await seeded.restart();
  const restarted = await settledMegabytes(agent.pid);
  printFact(`idle after a new start, with ${many} live tokens`, restarted, 'MB');
  printFact('  of that without tokens', restarted / idle, '×', tokensMemoryBudget);
}

/** Sends requests until so many were answered, or a few more. Returns how many. */
async function ask(
  address: string,
  requests: readonly BenchRequest[],
  count: number,
): Promise<number> {
  let answered = 0;
  while (answered < count) {
    const load = { address, requests, connections: judgedConnections, seconds: sliceSeconds };
    const { requests: more, notOk } = await measure(load);
    if (notOk > 0) throw new Error(`${notOk} answers of ${more} were not 2xx`);
    answered += more;
  }
  return answered;
}

async function settledMegabytes(pid: number, afterMs = settleMs): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  return residentMegabytes(pid);
}
