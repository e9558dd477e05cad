import assert from 'node:assert/strict';
import { test } from 'node:test';

import { transact } from '../../../../src/store/transact.ts';
import { addToken } from '../../../../src/tokens/token-entries.ts';
import type { TokenRecord } from '../../../../src/tokens/token-record.ts';
import { type CoreHarness, unsealedCore } from '../../../support/core-harness.ts';

const branches = 100;
const leavesOfBranch = 99;
const batch = 25;

const leafRecord: TokenRecord = {
  format: 1,
  state: 'active',
  accessor: '',
  parent: '',
  depth: 2,
  policies: ['default'],
  path: 'auth/token/create',
  displayName: 'token',
  meta: null,
  entityId: '',
  role: '',
  usesLeft: 0,
  ttlSeconds: 3_600,
  explicitMaxTtlSeconds: 0,
  periodSeconds: 0,
  renewable: true,
  createdMs: 1,
  renewedMs: 0,
  expiresMs: 2_000_000_000_000,
};

/** The names behind a prefix: ids of tokens, or of the children of one. */
async function names(harness: CoreHarness, prefix: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (let more = true; more; ) {
    const after = prefix + (found.at(-1) ?? '');
    const page = await harness.store.range(prefix, { after, limit: 1_000, keysOnly: true });
    found.push(...page.entries.map(({ key }) => key.slice(prefix.length)));
    more = page.more;
  }
  return found;
}

/** Writes the records of leaves, as creation does, without a token that anybody holds. */
async function plantLeaves(harness: CoreHarness, parent: string, from: number): Promise<void> {
  for (let start = 1; start < leavesOfBranch; start += batch) {
    await transact(harness, async (attempt) => {
      for (let at = start; at < Math.min(start + batch, leavesOfBranch); at += 1) {
        const id = String(from + at).padStart(64, '0');
        await addToken(attempt, {
          id,
          record: { ...leafRecord, parent, accessor: `leaf-${from + at}` },
        });
      }
    });
  }
}

/** A root with 100 children of 99 children each: of every child's children one is held by us. */
async function plantTree(harness: CoreHarness): Promise<{ root: string; leaves: string[] }> {
  await harness.policy('maker', 'path "auth/token/create" { capabilities = ["update"] }');
  const wish = { policies: ['maker'] };
  const { client_token: root } = await harness.createToken(wish);
  const leaves: string[] = [];
  const known = new Set<string>();
  const [only = ''] = await names(harness, 'ns/root/children/');
  const children = `ns/root/children/${only.split('/')[1] ?? ''}/`;
  for (let branch = 0; branch < branches; branch += 1) {
    const { client_token: parent } = await harness.createToken(wish, root);
    const id = (await names(harness, children)).find((name) => !known.has(name)) ?? '';
    known.add(id);
    const { client_token: leaf } = await harness.createToken(wish, parent);
    leaves.push(leaf);
    await plantLeaves(harness, id, branch * 1_000);
  }
  return { root, leaves };
}

test('a tree of 10,000 tokens ends at once, and all of it is taken away', async () => {
  const harness = await unsealedCore();
  const { root, leaves } = await plantTree(harness);
  const count = async (): Promise<number> => (await names(harness, 'ns/root/tokens/')).length;
  assert.equal(await count(), 1 + 1 + branches * (1 + leavesOfBranch));
  const statusOf = async (token: string): Promise<number> =>
    (await harness.call('read', 'auth/token/lookup-self', undefined, { token })).status;
  assert.equal(await statusOf(leaves[50] ?? ''), 200);
  const commit = harness.store.commit.bind(harness.store);
  const during: number[] = [];
  harness.store.commit = async (transaction) => {
    const answer = await commit(transaction);
    if (during.length < 3) {
      const place = during.push(0) - 1;
      during[place] = await statusOf(leaves[50] ?? '');
    }
    return answer;
  };
  assert.equal((await harness.call('write', 'auth/token/revoke', { token: root })).status, 204);
  assert.deepEqual(during, [403, 403, 403]);
  assert.equal(await count(), 1);
  for (const token of [root, ...leaves]) assert.equal(await statusOf(token), 403);
  const left = harness.store.entriesAt(harness.store.revision);
  assert.deepEqual(
    left.filter(({ key }) => /\/(?:children|due|intents)\//u.test(key)),
    [],
  );
});
