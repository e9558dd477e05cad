/** Random sequences of calls, each compared with the model at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Store } from '../../../src/ports/store.ts';
import {
  type GetPlan,
  getPlan,
  planned,
  type RangePlan,
  rangePlan,
  type TransactionPlan,
  transactionPlan,
} from './arbitraries.ts';
import { nextEvent, watchdogMs, watchFrom } from './harness.ts';
import { Model, type ModelChange, plainChanges, plainEntry, plainResult } from './model.ts';
import type { StoreFactory } from './suite.ts';

interface Room {
  readonly store: Store;
}

type Command = fc.AsyncCommand<Model, Room>;

class Commit implements Command {
  readonly #plan: TransactionPlan;

  constructor(plan: TransactionPlan) {
    this.#plan = plan;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, { store }: Room): Promise<void> {
    const transaction = planned(this.#plan, (key) => model.entries.get(key)?.modRevision ?? 0);
    const expected = model.commit(transaction);
    const { succeeded, revision, reads } = await store.commit(transaction);
    assert.deepEqual({ succeeded, revision, reads: reads.map(plainResult) }, expected);
  }

  toString(): string {
    return `commit(${fc.stringify(this.#plan)})`;
  }
}

class Get implements Command {
  readonly #plan: readonly GetPlan[];

  constructor(plan: readonly GetPlan[]) {
    this.#plan = plan;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, { store }: Room): Promise<void> {
    const requests = this.#plan.map(({ key, known }) => {
      const current = model.entries.get(key)?.modRevision ?? 0;
      if (known === 'no') return { key };
      return { key, knownModRevision: known === 'current' ? current : current + 1 };
    });
    const answer = await store.get(requests);
    const expected = requests.map(({ key, knownModRevision }) => model.get(key, knownModRevision));
    assert.deepEqual(answer.results.map(plainResult), expected);
    assert.equal(answer.revision, model.revision);
  }

  toString(): string {
    return `get(${fc.stringify(this.#plan)})`;
  }
}

class Range implements Command {
  readonly #plan: RangePlan;

  constructor(plan: RangePlan) {
    this.#plan = plan;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, { store }: Room): Promise<void> {
    const { prefix, options } = this.#plan;
    const { entries, more, revision } = await store.range(prefix, options);
    const plain = entries.map((entry) => ({ key: entry.key, ...plainEntry(entry) }));
    assert.deepEqual({ entries: plain, more }, model.range(prefix, options));
    assert.equal(revision, model.revision);
  }

  toString(): string {
    return `range(${fc.stringify(this.#plan)})`;
  }
}

/** Everything that ever changed, as a watch from the first revision tells it. */
async function watchAll(store: Store, model: Model): Promise<ModelChange[]> {
  const changes: ModelChange[] = [];
  const watch = watchFrom(store, '', 1);
  for (let seen = 0; seen < model.revision; seen += 1) {
    changes.push(...plainChanges(await nextEvent(watch)));
  }
  await watch.return?.();
  return changes;
}

export function modelCases(name: string, makeStore: StoreFactory): void {
  void test(`${name}: random calls answer as the model says, and a watch tells all of it`, {
    timeout: watchdogMs,
  }, async () => {
    const commands = fc.commands(
      [
        transactionPlan.map((plan) => new Commit(plan)),
        transactionPlan.map((plan) => new Commit(plan)),
        getPlan.map((plan) => new Get(plan)),
        rangePlan.map((plan) => new Range(plan)),
      ],
      { maxCommands: 40 },
    );
    const property = fc.asyncProperty(commands, async (sequence) => {
      const under = await makeStore();
      const model = new Model();
      try {
        await fc.asyncModelRun(() => ({ model, real: { store: under.store } }), sequence);
        assert.deepEqual(await watchAll(under.store, model), model.changes);
      } finally {
        await under.dispose();
      }
    });
    await fc.assert(property, { numRuns: 60 });
  });
}
