import assert from 'node:assert/strict';
import { test } from 'node:test';

import { policyRulesMax } from '../../../shared/policy/limits.ts';
import { policyKey } from '../../../src/namespaces/layout.ts';
import { NamespaceRecords } from '../../../src/namespaces/records.ts';
import { Acls } from '../../../src/policies/acls.ts';
import { compiledRulesMax } from '../../../src/policies/limits.ts';
import { writePolicy } from '../../../src/policies/stored-policies.ts';
import { MemoryStore } from '../../../src/store/memory-store.ts';
import { transact } from '../../../src/store/transact.ts';
import { ClearBarrier } from '../../support/clear-barrier.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const epoch = 1;

/** Access lists over a store that counts which policies are read. */
class Bench {
  readonly store = new MemoryStore({ clock: new ManualClock() });
  readonly room = { store: this.store, barrier: new ClearBarrier() };
  readonly acls = new Acls(new NamespaceRecords(this.room, 'root'));
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
