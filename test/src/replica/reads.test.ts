import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failure, isFailure } from '../../../shared/errors/failure.ts';
import { readRetryTicks, replicaReadsMax } from '../../../src/replica/limits.ts';
import { Reads } from '../../../src/replica/reads.ts';

/** Reads whose questions and ends are written down. */
class Bench {
  readonly reads = new Reads(3);
  readonly asked: number[] = [];
  readonly told: string[] = [];

  add(name: string, limitTicks = 1_000): void {
    this.reads.add(limitTicks, (error) => this.told.push(`${name} ${error?.code ?? 'read'}`));
  }

  flush(): void {
    this.reads.flush((context) => {
      this.asked.push(context);
      return undefined;
    });
  }

  tick(count: number): void {
    for (let ticks = 0; ticks < count; ticks += 1) this.reads.tick();
  }

  get lastContext(): number {
    return this.asked.at(-1) ?? 0;
  }
}

test('one question serves all reads that wait; those that come meanwhile share the next', () => {
  const bench = new Bench();
  for (const name of ['a', 'b']) bench.add(name);
  bench.flush();
  bench.add('c');
  bench.flush();
  assert.equal(bench.asked.length, 1);
  bench.reads.answered({ index: 5, context: bench.lastContext }, 5);
  assert.deepEqual(bench.told, ['a read', 'b read']);
  bench.flush();
  assert.equal(bench.asked.length, 2);
  bench.reads.answered({ index: 5, context: bench.lastContext }, 5);
  assert.deepEqual(bench.told, ['a read', 'b read', 'c read']);
  assert.equal(bench.reads.waitingCount, 0);
});

test('a read waits until the state has reached its index', () => {
  const bench = new Bench();
  bench.add('a');
  bench.flush();
  bench.reads.answered({ index: 7, context: bench.lastContext }, 5);
  bench.reads.applied(6);
  assert.deepEqual(bench.told, []);
  bench.reads.applied(7);
  assert.deepEqual(bench.told, ['a read']);
});

test('a question that gets lost is asked anew, and its late answer counts for nothing', () => {
  const bench = new Bench();
  bench.add('a');
  bench.flush();
  const old = bench.lastContext;
  bench.tick(readRetryTicks);
  bench.add('b');
  bench.flush();
  assert.ok(bench.lastContext > old);
  bench.reads.answered({ index: 1, context: old }, 5);
  assert.deepEqual(bench.told, []);
  bench.reads.answered({ index: 1, context: bench.lastContext }, 5);
  assert.deepEqual(bench.told, ['a read', 'b read']);
});

test('contexts of a later start lie above those of an earlier one', () => {
  const [earlier, later] = [new Reads(1), new Reads(2)];
  const contextOf = (reads: Reads): number => {
    let seen = 0;
    reads.add(1, () => {});
    reads.flush((context) => {
      seen = context;
      return undefined;
    });
    return seen;
  };
  assert.ok(contextOf(later) - contextOf(earlier) >= 2 ** 32);
});

test('without a leader reads are kept until their deadline', () => {
  const bench = new Bench();
  bench.add('short', 5);
  bench.add('long', 50);
  bench.reads.flush(() => 'no-leader');
  bench.tick(5);
  assert.deepEqual(bench.told, ['short replica.no-leader']);
  bench.flush();
  bench.reads.answered({ index: 9, context: bench.lastContext }, 1);
  bench.tick(45);
  assert.deepEqual(bench.told, ['short replica.no-leader', 'long replica.no-leader']);
  bench.reads.applied(9);
  assert.equal(bench.told.length, 2, 'each is told once');
});

test('so many wait, and at the end all are told', () => {
  const bench = new Bench();
  bench.add('first');
  bench.flush();
  for (let count = 1; count < replicaReadsMax; count += 1) bench.add('x');
  assert.throws(
    () => bench.add('more'),
    (error) => isFailure(error, 'store.overloaded'),
  );
  bench.reads.failAll(failure('store.closed'));
  assert.equal(bench.told.filter((line) => line.endsWith('store.closed')).length, replicaReadsMax);
  assert.equal(bench.reads.waitingCount, 0);
});
