/** Terms of a keyring: how their uses are reserved, and how one follows another. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { KeyringBarrier } from '../../../src/barrier/keyring-barrier.ts';
import { sealKeyring } from '../../../src/barrier/keyring-record.ts';
import { withNewestTerm } from '../../../src/store/newest-term.ts';
import { reservedUsesBlock, termUsesMax } from '../../../src/barrier/limits.ts';
import { SecretKey } from '../../../src/crypto/secret-key.ts';
import { rootKeyBytes, text, code, foundedRoom, sealed, storedTerms } from './barrier-room.ts';

test('a value is not sealed without a reserved use', async () => {
  const { barrier } = await foundedRoom();
  assert.throws(() => barrier.seal('root', 'k', text), /reserved before/);
  await barrier.reserve('root', 2);
  barrier.seal('root', 'k', text);
  barrier.seal('root', 'k', text);
  assert.throws(() => barrier.seal('root', 'k', text), /reserved before/);
});

test('uses are committed before they are granted, a block at a time and once for all who wait', async () => {
  const { barrier, store } = await foundedRoom();
  const before = (await storedTerms(store))[0]?.reservedUses ?? 0;
  const { revision } = store;
  await Promise.all(Array.from({ length: 500 }, () => barrier.reserve('root', 3)));
  assert.equal(store.revision, revision + 1);
  assert.equal((await storedTerms(store))[0]?.reservedUses, before + reservedUsesBlock);
});

test('no run of crashes under-counts: what is sealed never exceeds what the store says', async () => {
  const { another, store } = await foundedRoom();
  const steps = fc.array(fc.record({ count: fc.integer({ min: 1, max: 60_000 }) }), {
    minLength: 1,
    maxLength: 6,
  });
  let granted = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (run) => {
      const barrier = await another();
      for (const { count } of run) {
        await barrier.reserve('root', count);
        granted += count;
        const reserved = (await storedTerms(store)).reduce(
          (sum, each) => sum + each.reservedUses,
          0,
        );
        assert.ok(granted <= reserved, `${granted} granted, ${reserved} reserved`);
      }
    }),
    { numRuns: 40 },
  );
});

test('a reservation the store refuses grants nothing and can be tried again', async () => {
  const { store, random } = await foundedRoom();
  const commit = store.commit.bind(store);
  const barrier = new KeyringBarrier({ store, random });
  await barrier.unseal(rootKeyBytes);
  store.commit = () => Promise.reject(new Error('disk full'));
  await assert.rejects(barrier.reserve('root', 1), /disk full/);
  assert.throws(() => barrier.seal('root', 'k', text), /reserved before/);
  store.commit = commit;
  await barrier.reserve('root', 1);
  barrier.seal('root', 'k', text);
});

test('rotation seals new values under a new term and keeps the older ones readable', async () => {
  const { barrier, another, store } = await foundedRoom();
  const old = await sealed(barrier, 'k');
  await barrier.reserve('root', 1);
  await barrier.rotate('root');
  const inFlight = barrier.seal('root', 'k', text);
  assert.equal(old[4], 1);
  assert.equal(inFlight[4], 2, 'a transaction in flight seals under the new term');
  assert.deepEqual(barrier.open('root', 'k', old), text);
  assert.equal(barrier.keyStatus('root').term, 2);
  assert.deepEqual(
    (await storedTerms(store)).map(({ term }) => term),
    [1, 2],
  );
  const next = await another();
  assert.deepEqual(next.open('root', 'k', old), text);
  assert.deepEqual(next.open('root', 'k', inFlight), text);
});

test('two agents share one keyring: a rotation of one is taken up by the other', async () => {
  const { barrier, another } = await foundedRoom();
  const second = await another();
  await second.reserve('root', 1);
  await barrier.rotate('root');
  assert.equal(second.seal('root', 'k', text)[4], 1, 'its reserved uses of the old term are good');
  await second.reserve('root', reservedUsesBlock);
  assert.equal(second.keyStatus('root').term, 2);
  const [one, two] = [await sealed(barrier, 'a'), second.seal('root', 'b', text)];
  assert.deepEqual(second.open('root', 'a', one), text);
  assert.deepEqual(barrier.open('root', 'b', two), text);
});

test('what another agent has sealed under a new term opens, and is sealed under it next', async () => {
  const { barrier, another } = await foundedRoom();
  const second = await another();
  await second.reserve('root', 1);
  await barrier.rotate('root');
  const value = await sealed(barrier, 'k');
  const open = (): Uint8Array => second.open('root', 'k', value);
  assert.deepEqual(await withNewestTerm(second, open), text);
  assert.equal(second.seal('root', 'k', text)[4], 2, 'its grant has moved on to the new term');
});

test('a flood of unknown terms costs a look at the store each turn, not one each', async () => {
  const { barrier, another, store } = await foundedRoom();
  const second = await another();
  const forged = await sealed(barrier, 'k');
  forged[4] = 9;
  const get = store.get.bind(store);
  let looks = 0;
  store.get = (reads) => {
    looks += 1;
    return get(reads);
  };
  const open = (): Uint8Array => second.open('root', 'k', forged);
  const attempt = async (): Promise<unknown> => withNewestTerm(second, open);
  const flood = Array.from({ length: 200 }, () => assert.rejects(attempt, code('barrier.corrupt')));
  await Promise.all(flood);
  assert.equal(looks, 1);
  await barrier.rotate('root');
  const value = await sealed(barrier, 'k');
  const good = (): Uint8Array => second.open('root', 'k', value);
  assert.deepEqual(await withNewestTerm(second, good), text, 'a later one looks again');
});

test('whoever made a term is told so once it is committed; whoever took it over is not', async () => {
  const told: string[] = [];
  const { barrier, store, random } = await foundedRoom();
  const watched = new KeyringBarrier({
    store,
    random,
    onNewTerm: (namespace) => told.push(namespace),
  });
  await watched.unseal(rootKeyBytes);
  await barrier.rotate('root');
  await watched.refresh('root');
  assert.equal(watched.keyStatus('root').term, 2);
  assert.deepEqual(told, []);
  await watched.rotate('root');
  assert.deepEqual(told, ['root']);
});

test('the root key is shared with the barrier of another thread', async () => {
  const { barrier, store, random } = await foundedRoom();
  const value = await sealed(barrier, 'k');
  const second = new KeyringBarrier({ store, random });
  await second.unseal(barrier.shareRootKey());
  assert.deepEqual(second.open('root', 'k', value), text);
  barrier.clear();
  assert.throws(() => barrier.shareRootKey(), code('request.sealed'));
  assert.deepEqual(second.open('root', 'k', value), text, 'each drops its own');
});

test('a term is replaced before its uses run out', async () => {
  const { store, random } = await foundedRoom();
  const rootKey = new SecretKey(rootKeyBytes);
  const kek = new Uint8Array(32).fill(1);
  const reservedUses = termUsesMax - reservedUsesBlock;
  const terms = [{ term: 1, createdMs: 0, reservedUses, kek }];
  const value = sealKeyring({ rootKey, namespace: 'root', iv: random.bytes(12) }, terms);
  const put = { kind: 'put', key: 'core/keyring/root', value } as const;
  await store.commit({ compare: [], then: [put], else: [] });

  const barrier = new KeyringBarrier({ store, random });
  await barrier.unseal(rootKeyBytes);
  await barrier.reserve('root', reservedUsesBlock);
  assert.equal(barrier.keyStatus('root').term, 1, 'the last block of the term');
  await barrier.reserve('root', 1);
  assert.equal(barrier.keyStatus('root').term, 2);
  assert.equal((await storedTerms(store))[0]?.reservedUses, termUsesMax);
});

test('key status counts from above: granted uses, and after a crash the whole block', async () => {
  const { barrier, another } = await foundedRoom();
  const before = barrier.keyStatus('root');
  assert.equal(before.term, 1);
  assert.equal(before.installTimeMs, 5_000);
  await barrier.reserve('root', 10);
  assert.equal(barrier.keyStatus('root').encryptions, before.encryptions + 10);
  const next = (await another()).keyStatus('root');
  assert.equal(next.encryptions, before.encryptions + reservedUsesBlock);
});
