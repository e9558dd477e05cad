/**
 * F-01, F-18: kill −9 before the k-th call of every kind on every file, from the first start to the
 * end of an orderly stop, and again while it recovers. Afterwards the agent starts by itself; what
 * was acknowledged is there, the one request that was not is there as a whole or not at all; the
 * audit log verifies, and every commit has its record. STRONGBOX_TEST_KILL_POINTS says how many
 * places are tried, STRONGBOX_TEST_KILL_SEED which; a run of all of them goes on behind a break.
 */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { AgentProcess } from '../../support/agent-process.ts';
import { noTrace, oneFileThread } from '../../support/strace.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type FailPoint, failPoints, underKill, underTrace } from './fail-points.ts';
import { compareLogAndStore } from './log-and-store.ts';
import { StateReader } from './what-is-there.ts';
import { steps } from './worked-day.ts';

const killsWanted = Number(process.env['STRONGBOX_TEST_KILL_POINTS'] ?? 6);
const seed = Number(process.env['STRONGBOX_TEST_KILL_SEED'] ?? randomInt(1_000_000));
const settleTimeoutMs = 10_000;

const options = {
  tls: 'auto',
  audit: [
    '{ type: file, path: ./audit/audit.log, sync: always, rotate: { bytes: 64KiB, keep: 900 } }',
  ],
  environment: oneFileThread,
} as const;

type State = readonly string[];

interface Day {
  /** How many steps were acknowledged. */
  readonly done: number;
  readonly secrets: { readonly shares: readonly string[]; readonly rootToken: string } | undefined;
}

/** Works through the steps until the agent dies. After each of them `look` is called. */
async function workDay(
  agent: AgentProcess,
  look: (rootToken: string) => Promise<void>,
): Promise<Day> {
  let done = 0;
  let secrets: Day['secrets'];
  try {
    secrets = await initialise(agent);
    await agent.unseal(secrets.shares);
    const worker = { agent, token: secrets.rootToken, tokens: new Map<string, string>() };
    await look(worker.token);
    for (const step of steps) {
      await step.run(worker);
      done += 1;
      await look(worker.token);
    }
    await agent.stop();
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    await waitFor('the end of the agent', () => !agent.isRunning);
  }
  return { done, secrets };
}

async function initialise(agent: AgentProcess): Promise<NonNullable<Day['secrets']>> {
  const body = { secret_shares: 2, secret_threshold: 2 };
  const answer = await agent.call('PUT', '/v1/sys/init', { body });
  assert.equal(answer.status, 200, answer.text);
  const { keys_base64, root_token } = answer.json as { keys_base64: string[]; root_token: string };
  return { shares: keys_base64, rootToken: root_token };
}

/** The state before each step and after the last, and every place at which to kill. */
async function undisturbed(): Promise<{ states: State[]; points: Map<string, FailPoint[]> }> {
  await using folder = await temporaryFolder();
  const trace = join(folder.path, 'trace');
  const agentFolder = join(folder.path, 'agent');
  await using agent = await AgentProcess.start({
    ...options,
    folder: agentFolder,
    under: underTrace(trace),
  });
  const states: State[] = [];
  const { done } = await workDay(agent, async () => undefined);
  assert.equal(done, steps.length, agent.log);
  await using second = await AgentProcess.start({ ...options });
  await workDay(second, async (rootToken) => {
    states.push(await new StateReader(second, rootToken).read());
  });
  for (const folderOf of [agentFolder, second.folder]) {
    const { unanswered, commits } = await compareLogAndStore(folderOf);
    assert.equal(unanswered, 0);
    assert.ok(commits > steps.length);
  }
  return { states, points: failPoints(trace, agentFolder) };
}

/** Some places of each name in turn, and then again, until there are enough. */
function choose(points: ReadonlyMap<string, readonly FailPoint[]>): FailPoint[] {
  const decks = shuffled([...points.values()].map((places) => shuffled(places)));
  const chosen: FailPoint[] = [];
  while (chosen.length < killsWanted && decks.some((deck) => deck.length > 0)) {
    chosen.push(...decks.flatMap((deck) => deck.splice(0, 1)));
  }
  return chosen.slice(0, killsWanted);
}

let drawn = seed;
/** The same order for the same seed (a linear congruential generator is enough for that). */
function shuffled<Item>(items: readonly Item[]): Item[] {
  const keyed = items.map((item) => {
    drawn = (Math.imul(drawn, 1_664_525) + 1_013_904_223) >>> 0;
    return [drawn, item] as const;
  });
  return keyed.toSorted(([left], [right]) => left - right).map(([, item]) => item);
}

async function killAndCheck(point: FailPoint, states: readonly State[]): Promise<void> {
  await using folder = await temporaryFolder();
  const agentFolder = join(folder.path, 'agent');
  const day = await killedDay(point, agentFolder);
  await killRecovery({ ...point, nth: 1 + (point.nth % 3) }, agentFolder);
  await using agent = await AgentProcess.start({ ...options, folder: agentFolder });
  await checkState(agent, day, states);
  assert.equal(await agent.stop(), 0, agent.log);
  const { unanswered } = await compareLogAndStore(agentFolder);
  assert.ok(unanswered <= 1, `${unanswered} requests without an answer, one at a time was made`);
}

async function killedDay(point: FailPoint, folder: string): Promise<Day> {
  const under = underKill(folder, point);
  let agent: AgentProcess;
  try {
    agent = await AgentProcess.start({ ...options, folder, under });
  } catch (error) {
    assert.match(String(error), /the agent did not start/);
    return { done: 0, secrets: undefined };
  }
  try {
    return await workDay(agent, async () => undefined);
  } finally {
    await agent.stop('SIGKILL');
  }
}

/** A second kill, before one of the first calls of the start after the first one. */
async function killRecovery(point: FailPoint, folder: string): Promise<void> {
  try {
    const under = underKill(folder, point);
    const agent = await AgentProcess.start({ ...options, folder, under });
    await agent.stop('SIGKILL');
  } catch (error) {
    assert.match(String(error), /the agent did not start/);
  }
}

async function checkState(
  agent: AgentProcess,
  { done, secrets }: Day,
  states: readonly State[],
): Promise<void> {
  if (secrets === undefined) {
    const health = await agent.call('GET', '/v1/sys/health');
    assert.ok(health.status === 501 || health.status === 503, 'new, or made and not acknowledged');
    if (health.status === 501) await initialise(agent);
    return;
  }
  await agent.unseal(secrets.shares);
  const reader = new StateReader(agent, secrets.rootToken);
  const allowed = states.slice(done, done + 2);
  const deadline = performance.now() + settleTimeoutMs;
  // What was begun before the kill (a tree of tokens) is finished after the unseal.
  for (;;) {
    const state = await reader.read();
    if (allowed.some((one) => one.join('\n') === state.join('\n'))) return;
    if (performance.now() > deadline) {
      assert.deepEqual(state, allowed[0], `after ${steps[done - 1]?.name ?? 'the unseal'}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test(`F-01, F-18: kill -9 at ${killsWanted} places of the write path (seed ${seed})`, {
  skip: noTrace,
}, async () => {
  const { states, points } = await undisturbed();
  const breaks: Error[] = [];
  for (const point of choose(points)) {
    await killAndCheck(point, states).catch((cause: unknown) => {
      const { name, file, call, nth } = point;
      const where = `killed before ${name}: ${call} ${nth} of ${file}, seed ${seed}`;
      breaks.push(new Error(where, { cause }));
    });
  }
  if (breaks.length > 0) throw new AggregateError(breaks, breaks[0]?.message);
});
