/**
 * Calls that overlap. Every answer carries the revision at which it was true, so linearizability is
 * checked by replay: the commits that took a revision, in the order of their revisions, give the
 * model at each revision, and every other answer must fit the model at its own. Real time is
 * checked besides: no answer is older than what had been acknowledged when its call was made.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CommitAnswer, GetAnswer, Store, Transaction } from '../../../src/ports/store.ts';
import { transact } from '../../../src/store/transact.ts';
import { ClearBarrier } from '../../support/clear-barrier.ts';
import { key, planned, type TransactionPlan, transactionPlan } from './arbitraries.ts';
import { bytes, caseMaker, nextEvent, put, text, watchdogMs, watchFrom, write } from './harness.ts';
import { Model, type ModelCommit, plainChanges, plainResult } from './model.ts';
import type { StoreFactory } from './suite.ts';

type Call =
  | {
      readonly kind: 'commit';
      readonly by: number;
      readonly plan: TransactionPlan;
      readonly guess: number;
    }
  | { readonly kind: 'get'; readonly by: number; readonly keys: readonly string[] };

/** Whose call it is, where several have the store. */
const by = fc.nat({ max: 5 });

const call: fc.Arbitrary<Call> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('commit' as const),
      by,
      plan: transactionPlan,
      guess: fc.nat({ max: 12 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('get' as const),
      by,
      keys: fc.array(key, { maxLength: 4 }),
    }),
  },
);

/** Calls without waiting inside a burst, burst after burst. */
export const callBursts: fc.Arbitrary<Call[][]> = fc.array(
  fc.array(call, { minLength: 1, maxLength: 12 }),
  { maxLength: 4 },
);

interface Committed {
  readonly transaction: Transaction;
  readonly answer: CommitAnswer;
}

interface Got {
  readonly keys: readonly string[];
  readonly answer: GetAnswer;
}

interface Recorded {
  readonly commits: Committed[];
  readonly gets: Got[];
}

/** Makes calls, each of one of those who have the store, and records what came back. */
export async function runBursts(
  stores: readonly Store[],
  bursts: readonly (readonly Call[])[],
): Promise<Recorded> {
  const recorded: Recorded = { commits: [], gets: [] };
  let acknowledged = 0;
  let newestTimeMs = 0;
  const make = async (wanted: Call): Promise<void> => {
    const before = { acknowledged, newestTimeMs };
    const store = stores[wanted.by % stores.length];
    assert.ok(store !== undefined);
    const answer = await makeCall(store, wanted, recorded);
    assert.ok(answer.revision >= before.acknowledged, 'not older than what was acknowledged');
    assert.ok(answer.clusterTimeMs >= before.newestTimeMs, 'time does not go back');
    acknowledged = Math.max(acknowledged, answer.revision);
    newestTimeMs = Math.max(newestTimeMs, answer.clusterTimeMs);
  };
  for (const burst of bursts) await Promise.all(burst.map(make));
  return recorded;
}

async function makeCall(
  store: Store,
  wanted: Call,
  recorded: Recorded,
): Promise<CommitAnswer | GetAnswer> {
  if (wanted.kind === 'get') {
    const answer = await store.get(wanted.keys.map((name) => ({ key: name })));
    recorded.gets.push({ keys: wanted.keys, answer });
    return answer;
  }
  const transaction = planned(wanted.plan, () => wanted.guess);
  const answer = await store.commit(transaction);
  recorded.commits.push({ transaction, answer });
  return answer;
}

function plainCommit({ succeeded, revision, reads }: CommitAnswer): ModelCommit {
  return { succeeded, revision, reads: reads.map(plainResult) };
}

/** Replays what was recorded; returns the model at the end. */
export function checkLinearizable({ commits, gets }: Recorded): Model {
  const model = new Model();
  const left = new Set(commits);
  for (;;) {
    for (const { keys, answer } of gets.filter((got) => got.answer.revision === model.revision)) {
      assert.deepEqual(
        answer.results.map(plainResult),
        keys.map((name) => model.get(name)),
      );
    }
    const next = takeNext(model, left);
    if (next === undefined) break;
    assert.deepEqual(model.commit(next.transaction), plainCommit(next.answer));
  }
  assert.equal(left.size, 0, 'every commit has its place in the order');
  return model;
}

/** Takes those without effect at this revision out, and returns the one that took the next. */
function takeNext(model: Model, left: Set<Committed>): Committed | undefined {
  let next: Committed | undefined;
  for (const committed of left) {
    const { transaction, answer } = committed;
    const trial = copyOf(model);
    const expected = trial.commit(transaction);
    const changes = trial.revision > model.revision;
    if (!changes && answer.revision === model.revision) {
      assert.deepEqual(plainCommit(answer), expected);
      left.delete(committed);
    } else if (changes && answer.revision === model.revision + 1) {
      // Two could fit by their revision; only one can have taken it.
      if (fits(expected, answer)) next ??= committed;
    }
  }
  if (next !== undefined) left.delete(next);
  return next;
}

function fits(expected: ModelCommit, answer: CommitAnswer): boolean {
  try {
    assert.deepEqual(plainCommit(answer), expected);
    return true;
  } catch {
    return false;
  }
}

function copyOf(model: Model): Model {
  const copy = new Model();
  copy.revision = model.revision;
  copy.entries = new Map(model.entries);
  return copy;
}

export function concurrencyCases(name: string, makeStore: StoreFactory): void {
  const given = caseMaker(name, makeStore);

  void test(`${name}: calls that overlap have an order that explains every answer`, {
    timeout: watchdogMs,
  }, async () => {
    const property = fc.asyncProperty(callBursts, async (calls) => {
      const under = await makeStore();
      try {
        const recorded = await runBursts([under.store], calls);
        const model = checkLinearizable(recorded);
        const changes = [];
        const watch = watchFrom(under.store, '', 1);
        for (let seen = 0; seen < model.revision; seen += 1) {
          changes.push(...plainChanges(await nextEvent(watch)));
        }
        assert.deepEqual(changes, model.changes);
      } finally {
        await under.dispose();
      }
    });
    await fc.assert(property, { numRuns: 60 });
  });

  given('of many that would create one entry at once, one does', async ({ store }) => {
    const commits = Array.from({ length: 50 }, (_, index) =>
      store.commit({
        compare: [{ key: 'lock', modRevision: 0 }],
        then: [put('lock', String(index))],
        else: [],
      }),
    );
    const answers = await Promise.all(commits);
    assert.equal(answers.filter(({ succeeded }) => succeeded).length, 1);
    assert.ok(answers.every(({ revision }) => revision === 1));
  });

  given('of many transactions that count one entry up at once, each one counts', async (under) => {
    const room = { store: under.store, barrier: new ClearBarrier() };
    const countUp = (): Promise<unknown> =>
      transact(room, async (attempt) => {
        const stored = await attempt.clearView('').get('n');
        const before = stored === undefined ? 0 : Number(text(stored.value));
        attempt.clearView('').put('n', bytes(String(before + 1)));
      });
    const writer = async (): Promise<void> => {
      for (let count = 0; count < 25; count += 1) await countUp();
    };
    await Promise.all(Array.from({ length: 16 }, writer));
    const [result] = (await under.store.get([{ key: 'n' }])).results;
    assert.ok(result?.kind === 'entry');
    assert.equal(text(result.entry.value), '400');
    assert.equal(result.entry.version, 400);
  });

  given('a watch that runs beside many writers misses nothing', async ({ store }) => {
    const watch = watchFrom(store, 'k', 1);
    const seen: number[] = [];
    const reader = (async () => {
      while (seen.length < 200) seen.push((await nextEvent(watch)).revision);
    })();
    for (let burst = 0; burst < 10; burst += 1) {
      await Promise.all(Array.from({ length: 20 }, (_, index) => write(store, put(`k${index}`))));
    }
    await reader;
    assert.deepEqual(
      seen,
      Array.from({ length: 200 }, (_, index) => index + 1),
    );
  });
}
