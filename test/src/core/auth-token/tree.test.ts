import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type CoreHarness, unsealedCore } from '../../../support/core-harness.ts';

const tokens = 10_000;

/** A root with two layers of children: 100 parents of 99 children each. */
async function plantTree(harness: CoreHarness): Promise<{ root: string; leaves: string[] }> {
  await harness.policy('maker', 'path "auth/token/create" { capabilities = ["update"] }');
  const wish = { policies: ['maker'] };
  const { client_token: root } = await harness.createToken(wish);
  const leaves: string[] = [];
  for (let branch = 0; branch < 100; branch += 1) {
    // The device in memory copies its active file with every write: keep that small.
    harness.device.due = 'full';
    const { client_token: parent } = await harness.createToken(wish, root);
    const made = await Promise.all(
      Array.from({ length: 99 }, () => harness.createToken(wish, parent)),
    );
    leaves.push(...made.map(({ client_token }) => client_token));
  }
  return { root, leaves };
}

test('a tree of 10,000 tokens ends at once, and all of it is taken away', async () => {
  const harness = await unsealedCore();
  const { root, leaves } = await plantTree(harness);
  assert.equal(leaves.length + 100, tokens);
  const count = (): number =>
    harness.store.entriesAt(harness.store.revision).filter(({ key }) => key.includes('/tokens/'))
      .length;
  assert.equal(count(), tokens + 2);
  const statusOf = async (token: string): Promise<number> =>
    (await harness.call('read', 'auth/token/lookup-self', undefined, { token })).status;
  const commit = harness.store.commit.bind(harness.store);
  const during: number[] = [];
  harness.store.commit = async (transaction) => {
    const answer = await commit(transaction);
    if (during.length < 3) {
      const place = during.push(0) - 1;
      during[place] = await statusOf(leaves[5_000] ?? '');
    }
    return answer;
  };
  assert.equal((await harness.call('write', 'auth/token/revoke', { token: root })).status, 204);
  assert.deepEqual(during, [403, 403, 403]);
  assert.equal(count(), 1);
  for (const token of [root, leaves[0] ?? '', leaves.at(-1) ?? '']) {
    assert.equal(await statusOf(token), 403);
  }
  const left = harness.store.entriesAt(harness.store.revision);
  assert.deepEqual(
    left.filter(({ key }) => /\/(?:children|due|intents)\//u.test(key)),
    [],
  );
});
