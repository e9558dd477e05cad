/**
 * The keyring under everything at once: two agents, rotations, reservations that reach over the end
 * of a block, seals and unseals, and a store that answers late, refuses, or loses its answer.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { StrongBoxError } from '../../../shared/errors/failure.ts';
import { envelopeTerm } from '../../../src/barrier/envelope.ts';
import { KeyringBarrier } from '../../../src/barrier/keyring-barrier.ts';
import { openKeyring } from '../../../src/barrier/keyring-record.ts';
import { reservedUsesBlock } from '../../../src/barrier/limits.ts';
import { SecretKey } from '../../../src/crypto/secret-key.ts';
import type { Store } from '../../../src/ports/store.ts';
import { MemoryStore } from '../../../src/store/memory-store.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SeededRandom } from '../../support/seeded-random.ts';

const rootKeyBytes = new Uint8Array(32).fill(0x52);

class Fault extends Error {}

type Outcome = 'done' | 'refused' | 'unknown';

/** Answers in an order that the scheduler chooses; a commit has the next of the outcomes. */
function faultyStore(
  inner: MemoryStore,
  scheduler: fc.Scheduler,
  outcomes: readonly Outcome[],
): Store {
  let commits = 0;
  const later = <Answer>(work: () => Promise<Answer>): Promise<Answer> =>
    scheduler
      .schedule(Promise.resolve())
      .then(work)
      .then((answer) => scheduler.schedule(Promise.resolve(answer)));
  return {
    get: (requests) => later(() => inner.get(requests)),
    range: (prefix, options) => later(() => inner.range(prefix, options)),
    watch: (prefix, from) => inner.watch(prefix, from),
    close: () => inner.close(),
    commit: async (transaction) => {
      const outcome = outcomes[commits % outcomes.length];
      commits += 1;
      if (outcome === 'refused') return later(() => Promise.reject(new Fault()));
      const answer = await later(() => inner.commit(transaction));
      if (outcome === 'unknown') throw new Fault();
      return answer;
    },
  };
}

interface Sealed {
  readonly key: string;
  /** Uses granted with it, of which it takes one. */
  readonly granted: number;
  readonly envelope: Uint8Array;
}

type Step =
  | { readonly kind: 'seal'; readonly agent: 0 | 1; readonly reserved: number }
  | { readonly kind: 'rotate' | 'reopen'; readonly agent: 0 | 1 };

/** What may go wrong by the store's or the operator's doing; everything else is a fault of ours. */
function tolerate(error: unknown): void {
  assert.ok(error instanceof Fault || error instanceof StrongBoxError, String(error));
}

async function runStep(barrier: KeyringBarrier, step: Step, sealed: Sealed[]): Promise<void> {
  try {
    if (step.kind === 'rotate') await barrier.rotate('root');
    if (step.kind === 'seal') {
      await barrier.reserve('root', step.reserved);
      const key = `k${sealed.length}`;
      const envelope = barrier.seal('root', key, rootKeyBytes);
      sealed.push({ key, granted: step.reserved, envelope });
    }
  } catch (error) {
    tolerate(error);
  }
}

const agent = fc.constantFrom<(0 | 1)[]>(0, 1);
const reserved = fc.constantFrom(1, 128, reservedUsesBlock / 2, reservedUsesBlock);
const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('seal' as const), agent, reserved }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('rotate' as const), agent }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const), agent }) },
  ),
  { minLength: 1, maxLength: 24 },
);
const outcomes = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant<Outcome>('done') },
    { weight: 1, arbitrary: fc.constantFrom<Outcome[]>('refused', 'unknown') },
  ),
  { minLength: 1, maxLength: 12 },
);

async function founded(): Promise<{ inner: MemoryStore; random: SeededRandom }> {
  const inner = new MemoryStore({ clock: new ManualClock() });
  const random = new SeededRandom('faults');
  const founder = new KeyringBarrier({ store: inner, random });
  await inner.commit({ compare: [], then: [founder.found(rootKeyBytes, 1)], else: [] });
  return { inner, random };
}

/** Each term counts what was granted under it, and every value opens after a restart. */
async function check(inner: MemoryStore, sealed: readonly Sealed[]): Promise<void> {
  const { results } = await inner.get([{ key: 'core/keyring/root' }]);
  assert.equal(results[0]?.kind, 'entry');
  const terms = openKeyring(new SecretKey(rootKeyBytes), 'root', results[0].entry.value);
  assert.ok(terms);
  const used = new Map<number, number>();
  for (const { envelope, granted } of sealed) {
    const term = envelopeTerm(envelope) ?? 0;
    used.set(term, (used.get(term) ?? 0) + granted);
  }
  for (const [term, count] of used) {
    const counted = terms.find((record) => record.term === term)?.reservedUses ?? 0;
    assert.ok(count <= counted, `term ${term}: ${count} uses granted, ${counted} counted`);
  }
  const restarted = new KeyringBarrier({ store: inner, random: new SeededRandom('restart') });
  await restarted.unseal(rootKeyBytes);
  for (const { key, envelope } of sealed) {
    assert.deepEqual(restarted.open('root', key, envelope), rootKeyBytes);
  }
}

test('whatever the store answers and in whatever order, no key is lost and no use uncounted', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), steps, outcomes, async (scheduler, run, answers) => {
      const { inner, random } = await founded();
      const store = faultyStore(inner, scheduler, answers);
      const agents = [0, 1].map(() => new KeyringBarrier({ store, random }));
      const opening = new Map<KeyringBarrier, Promise<void>>();
      const open = (barrier: KeyringBarrier): void => {
        // As the seal does: one unseal at a time.
        const before = opening.get(barrier) ?? Promise.resolve();
        opening.set(
          barrier,
          before.then(() => {
            barrier.clear();
            return barrier.unseal(rootKeyBytes);
          }),
        );
      };
      for (const barrier of agents) open(barrier);
      await scheduler.waitFor(Promise.all(opening.values()));
      const sealed: Sealed[] = [];
      const jobs = run.map((step) => {
        const barrier = agents[step.agent];
        assert.ok(barrier);
        if (step.kind === 'reopen') return open(barrier);
        return runStep(barrier, step, sealed);
      });
      await scheduler.waitFor(Promise.all([...jobs, ...opening.values()]));
      await check(inner, sealed);
    }),
    { numRuns: 300 },
  );
});
