import assert from 'node:assert/strict';
import { test } from 'node:test';

import { canonicalPath } from '../../../shared/path/canonical.ts';
import { policyRulesMax } from '../../../shared/policy/limits.ts';
import { policyKey } from '../../../src/namespaces/layout.ts';
import { NamespaceRecords } from '../../../src/namespaces/records.ts';
import { Acls } from '../../../src/policies/acls.ts';
import { compiledRulesMax } from '../../../src/policies/limits.ts';
import type { Timers } from '../../../src/ports/clock.ts';
import { writePolicy } from '../../../src/policies/stored-policies.ts';
import { Turns } from '../../../src/policies/turns.ts';
import { MemoryStore } from '../../../src/store/memory-store.ts';
import { transact } from '../../../src/store/transact.ts';
import { ClearBarrier } from '../../support/clear-barrier.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const epoch = 1;

/** Access lists over a store that counts which policies are read. */
class Bench {
  readonly clock = new ManualClock();
  readonly store = new MemoryStore({ clock: this.clock });
  readonly room = { store: this.store, barrier: new ClearBarrier() };
  readonly acls = new Acls(new NamespaceRecords(this.room, 'root'), this.turnsAtOnce());
  /** Steps of long work so far. */
  steps = 0;
  readonly read: string[] = [];

  constructor() {
    const get = this.store.get.bind(this.store);
    this.store.get = async (requests) => {
      this.read.push(...requests.map(({ key }) => key));
      return get(requests);
    };
  }

  async write(name: string, rules: number): Promise<void> {
    const paths = Array.from({ length: rules }, (_, at) => `secret/data/${name}/${at}`);
    const text = paths.map((path) => `path "${path}" { capabilities = ["read"] }`).join('\n');
    await transact(this.room, (attempt) =>
      writePolicy(attempt, 'root', { name, text, cas: undefined, casRequired: undefined }),
    );
  }

  /** Timers that fire in the next turn, and count. */
  turnsAtOnce(): Timers {
    return {
      after: (_delayMs, callback) => {
        this.steps += 1;
        setImmediate(callback);
        return () => undefined;
      },
    };
  }

  /** The policies that had to be read for these tokens, each of which has one policy. */
  async readFor(names: readonly string[], at = epoch): Promise<readonly string[]> {
    this.read.length = 0;
    for (const name of names) await this.acls.of([name], at);
    return [...this.read];
  }
}

test('as many services as have a policy of their own are served without compiling again', async () => {
  const bench = new Bench();
  const names = Array.from({ length: 1_000 }, (_, at) => `service-${at}`);
  for (const name of names) await bench.write(name, 2);
  assert.equal((await bench.readFor(names)).length, names.length);
  assert.deepEqual(await bench.readFor(names), []);
});

test('what is kept is bounded by its rules: of many large policies only the last stay', async () => {
  const bench = new Bench();
  const count = (2 * compiledRulesMax) / policyRulesMax;
  const names = Array.from({ length: count }, (_, at) => `large-${at}`);
  for (const name of names) await bench.write(name, policyRulesMax);
  await bench.readFor(names);
  const last = names.slice(-compiledRulesMax / policyRulesMax / 2);
  assert.deepEqual(await bench.readFor(last), []);
  assert.deepEqual(await bench.readFor(names.slice(0, 1)), [`ns/root/${policyKey('large-0')}`]);
});

test('an access list is forgotten when the epoch of the policies moves', async () => {
  const bench = new Bench();
  await bench.write('one', 1);
  await bench.readFor(['one']);
  assert.deepEqual(await bench.readFor(['one'], epoch + 1), [`ns/root/${policyKey('one')}`]);
});

test('requests that need the same set at the same time have it compiled once', async () => {
  const bench = new Bench();
  await bench.write('one', 2);
  bench.read.length = 0;
  const asked = Array.from({ length: 5 }, async () => bench.acls.of(['one'], epoch));
  const acls = await Promise.all(asked);
  assert.deepEqual(bench.read, [`ns/root/${policyKey('one')}`]);
  assert.equal(new Set(acls).size, 1);
});

test('what is being compiled for an older epoch is not shared with requests of a newer one', async () => {
  const bench = new Bench();
  await bench.write('one', 2);
  const older = bench.acls.of(['one'], epoch);
  const newer = bench.acls.of(['one'], epoch + 1);
  assert.notEqual(await older, await newer);
  assert.equal(bench.acls.of(['one'], epoch + 1), await newer);
});

test('a failed compilation is tried anew', async () => {
  const bench = new Bench();
  await bench.write('one', 1);
  const failing = new Error('the store is away');
  const get = bench.store.get;
  bench.store.get = () => Promise.reject(failing);
  await assert.rejects(async () => bench.acls.of(['one'], epoch), failing);
  bench.store.get = get;
  const acl = await bench.acls.of(['one'], epoch);
  assert.deepEqual(acl.capabilities(canonicalPath('secret/data/one/0')), ['read']);
});

test('a large set is compiled in steps, and decides like a small one', async () => {
  const bench = new Bench();
  const names = Array.from({ length: 10 }, (_, at) => `large-${at}`);
  for (const name of names) await bench.write(name, policyRulesMax);
  const acl = await bench.acls.of(names, epoch);
  assert.ok(bench.steps >= names.length, `${bench.steps} steps`);
  for (const name of names) {
    const path = canonicalPath(`secret/data/${name}/${policyRulesMax - 1}`);
    assert.deepEqual(acl.capabilities(path), ['read']);
  }
  assert.deepEqual(acl.capabilities(canonicalPath('secret/data/large-10/0')), ['deny']);
});

test('of several large sets one is compiled at a time, and a small one does not wait', async () => {
  const bench = new Bench();
  for (const name of ['left', 'right']) await bench.write(name, policyRulesMax);
  await bench.write('small', 1);
  await bench.write('other', policyRulesMax);
  const done: string[] = [];
  const note = async (names: readonly string[]): Promise<void> => {
    await bench.acls.of(names, epoch);
    done.push(names.join());
  };
  await Promise.all([note(['left', 'other']), note(['right', 'other']), note(['small'])]);
  assert.deepEqual(done, ['small', 'left,other', 'right,other']);
});

test('long work that fails does not hold up what comes behind it', async () => {
  const turns = new Turns(new Bench().turnsAtOnce());
  const broken = new Error('broken');
  const log: string[] = [];
  function* work(name: string, error?: Error): Generator<undefined, string, undefined> {
    log.push(`${name} begins`);
    yield;
    if (error !== undefined) throw error;
    log.push(`${name} ends`);
    return name;
  }
  const first = turns.run(work('first', broken));
  const second = turns.run(work('second'));
  await assert.rejects(first, broken);
  assert.equal(await second, 'second');
  assert.deepEqual(log, ['first begins', 'second begins', 'second ends']);
});
