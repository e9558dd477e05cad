import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { isFailure } from '../../../shared/errors/failure.ts';
import type { ErrorCode } from '../../../shared/errors/registry.ts';
import { additionalData } from '../../../src/barrier/additional-data.ts';
import { KeyringBarrier } from '../../../src/barrier/keyring-barrier.ts';
import { openKeyring, sealKeyring } from '../../../src/barrier/keyring-record.ts';
import { withNewestTerm } from '../../../src/store/newest-term.ts';
import { reservedUsesBlock, termUsesMax } from '../../../src/barrier/limits.ts';
import { SecretKey } from '../../../src/crypto/secret-key.ts';
import { MemoryStore } from '../../../src/store/memory-store.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SeededRandom } from '../../support/seeded-random.ts';

const rootKeyBytes = new Uint8Array(32).fill(0x52);
const text = new TextEncoder().encode('the value');
const code =
  (expected: ErrorCode) =>
  (error: unknown): boolean =>
    isFailure(error, expected);

interface Room {
  readonly store: MemoryStore;
  readonly random: SeededRandom;
  readonly barrier: KeyringBarrier;
  /** A further barrier over the same store: another agent, or this one after a restart. */
  another(): Promise<KeyringBarrier>;
}

async function foundedRoom(): Promise<Room> {
  const store = new MemoryStore({ clock: new ManualClock() });
  const random = new SeededRandom('barrier');
  const another = async (): Promise<KeyringBarrier> => {
    const barrier = new KeyringBarrier({ store, random });
    await barrier.unseal(rootKeyBytes);
    return barrier;
  };
  const founder = new KeyringBarrier({ store, random });
  const put = founder.found(rootKeyBytes, 5_000);
  await store.commit({ compare: [], then: [put], else: [] });
  return { store, random, barrier: await another(), another };
}

async function sealed(barrier: KeyringBarrier, key: string): Promise<Uint8Array<ArrayBuffer>> {
  await barrier.reserve('root', 1);
  return barrier.seal('root', key, text);
}

async function storedTerms(store: MemoryStore): Promise<{ term: number; reservedUses: number }[]> {
  const { results } = await store.get([{ key: 'core/keyring/root' }]);
  assert.equal(results[0]?.kind, 'entry');
  const terms = openKeyring(new SecretKey(rootKeyBytes), 'root', results[0].entry.value);
  assert.ok(terms);
  return terms.map(({ term, reservedUses }) => ({ term, reservedUses }));
}

test('a value opens again, for this barrier and for the next one over the store', async () => {
  const { barrier, another } = await foundedRoom();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), fc.string(), async (value, key) => {
      await barrier.reserve('root', 1);
      const envelope = barrier.seal('root', key, value);
      assert.deepEqual(barrier.open('root', key, envelope), new Uint8Array(value));
    }),
    { numRuns: 100 },
  );
  const envelope = await sealed(barrier, 'k');
  assert.deepEqual((await another()).open('root', 'k', envelope), text);
});

test('the same value sealed twice has nothing but format and term in common', async () => {
  const { barrier } = await foundedRoom();
  const [one, two] = [await sealed(barrier, 'k'), await sealed(barrier, 'k')];
  assert.deepEqual(one.subarray(0, 5), two.subarray(0, 5));
  for (const [from, to] of [
    [5, 17],
    [17, 33],
    [33, 65],
    [65, 77],
    [77, 93],
    [93, one.length],
  ]) {
    assert.notDeepEqual(one.subarray(from, to), two.subarray(from, to), `bytes ${from} to ${to}`);
  }
});

test('every flipped bit of a stored value is refused, and other keys are served', async () => {
  const { barrier } = await foundedRoom();
  const envelope = await sealed(barrier, 'k');
  const other = await sealed(barrier, 'other');
  for (let bit = 0; bit < envelope.length * 8; bit += 1) {
    const altered = envelope.slice();
    altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const open = (): Uint8Array => barrier.open('root', 'k', altered);
    const opened = async (): Promise<Uint8Array> => withNewestTerm(barrier, open);
    await assert.rejects(opened, code('barrier.corrupt'), `bit ${bit}`);
  }
  assert.deepEqual(barrier.open('root', 'other', other), text);
  assert.deepEqual(barrier.open('root', 'k', envelope), text);
});

test('a value cut at any length, lengthened or empty is refused', async () => {
  const { barrier } = await foundedRoom();
  const envelope = await sealed(barrier, 'k');
  for (let length = 0; length < envelope.length; length += 1) {
    const cut = envelope.slice(0, length);
    assert.throws(() => barrier.open('root', 'k', cut), code('barrier.corrupt'), `${length} bytes`);
  }
  const longer = new Uint8Array([...envelope, 0]);
  assert.throws(() => barrier.open('root', 'k', longer), code('barrier.corrupt'));
});

test('two values that changed places are both refused, within and between namespaces', async () => {
  const { barrier } = await foundedRoom();
  await barrier.createKeyring('tenant');
  const [one, two] = [await sealed(barrier, 'one'), await sealed(barrier, 'two')];
  assert.throws(() => barrier.open('root', 'two', one), code('barrier.corrupt'));
  assert.throws(() => barrier.open('root', 'one', two), code('barrier.corrupt'));
  assert.throws(() => barrier.open('tenant', 'one', one), code('barrier.corrupt'));
});

test('no two names are bound alike: a NUL stays on its side, half a surrogate is a fault', async () => {
  const { barrier } = await foundedRoom();
  await barrier.createKeyring('a');
  await barrier.reserve('a', 4);
  const envelope = barrier.seal('a', 'b\0c', text);
  assert.deepEqual(barrier.open('a', 'b\0c', envelope), text);
  assert.throws(() => barrier.open('a', 'b', envelope), code('barrier.corrupt'));
  assert.throws(() => additionalData('a\0b', 'c'), { name: 'AssertionFailure' });
  assert.throws(() => barrier.seal('a', '\u{d800}', text), { name: 'AssertionFailure' });
  assert.throws(() => additionalData('\u{dfff}', 'c'), { name: 'AssertionFailure' });
});

test('the term 0 and another format byte are refused', async () => {
  const { barrier } = await foundedRoom();
  const envelope = await sealed(barrier, 'k');
  for (const [offset, value] of [
    [4, 0],
    [0, 0],
    [0, 2],
  ] as const) {
    const altered = envelope.slice();
    altered[offset] = value;
    assert.throws(() => barrier.open('root', 'k', altered), code('barrier.corrupt'));
  }
});

test('a term that no stored keyring has is corruption, and costs no uses', async () => {
  const { barrier, store } = await foundedRoom();
  const altered = await sealed(barrier, 'k');
  altered[4] = 2;
  const before = await storedTerms(store);
  const open = (): Uint8Array => barrier.open('root', 'k', altered);
  assert.throws(open, code('barrier.term-unknown'));
  await assert.rejects(async () => withNewestTerm(barrier, open), code('barrier.corrupt'));
  assert.deepEqual(await storedTerms(store), before);
});

test('a corrupt value is named by its store key on the trusted side, not in the message', async () => {
  const { barrier } = await foundedRoom();
  const broken = new Uint8Array(200);
  assert.throws(
    () => barrier.open('root', 'ns/root/data/m/app', broken),
    (error) =>
      isFailure(error, 'barrier.corrupt') &&
      error.parameters['key'] === 'ns/root/data/m/app' &&
      !error.message.includes('app'),
  );
});

test('a sealed barrier refuses everything, also what was under way', async () => {
  const { barrier, store } = await foundedRoom();
  const envelope = await sealed(barrier, 'k');
  const block = barrier.reserve('root', reservedUsesBlock);
  const rotation = barrier.rotate('root');
  barrier.clear();
  await assert.rejects(block, code('request.sealed'));
  await assert.rejects(rotation, code('request.sealed'));
  assert.equal(barrier.unsealed, false);
  assert.throws(() => barrier.seal('root', 'k', text), code('request.sealed'));
  assert.throws(() => barrier.open('root', 'k', envelope), code('request.sealed'));
  assert.throws(() => barrier.keyStatus('root'), code('request.sealed'));
  assert.throws(() => barrier.holdsRootKey(rootKeyBytes), code('request.sealed'));
  await assert.rejects(barrier.reserve('root', 1), code('request.sealed'));
  await assert.rejects(barrier.rotate('root'), code('request.sealed'));
  await assert.rejects(barrier.createKeyring('x'), code('request.sealed'));
  assert.equal((await storedTerms(store)).length, 1);
});

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

test('a namespace has a keyring of its own, made once', async () => {
  const { barrier, another } = await foundedRoom();
  await assert.rejects(barrier.reserve('tenant', 1), code('barrier.keyring-missing'));
  await barrier.createKeyring('tenant');
  await assert.rejects(barrier.createKeyring('tenant'), code('barrier.keyring-exists'));
  await barrier.reserve('tenant', 1);
  const envelope = barrier.seal('tenant', 'k', text);
  const next = await another();
  assert.deepEqual(next.open('tenant', 'k', envelope), text);
  assert.throws(() => next.open('root', 'k', envelope), code('barrier.corrupt'));
});

test('a corrupt keyring of a tenant is named when used; the other namespaces are served', async () => {
  const { barrier, another, store } = await foundedRoom();
  await barrier.createKeyring('tenant');
  const value = new Uint8Array(100);
  const put = { kind: 'put', key: 'core/keyring/tenant', value } as const;
  await store.commit({ compare: [], then: [put], else: [] });
  const next = await another();
  await assert.rejects(next.reserve('tenant', 1), code('barrier.keyring-corrupt'));
  await next.reserve('root', 1);
});

test('without the root keyring, or with another root key, the barrier stays sealed', async () => {
  const { store, random } = await foundedRoom();
  const barrier = new KeyringBarrier({ store, random });
  const wrong = new Uint8Array(32).fill(1);
  await assert.rejects(barrier.unseal(wrong), code('barrier.keyring-corrupt'));
  assert.equal(barrier.unsealed, false);
  const remove = { kind: 'delete', key: 'core/keyring/root' } as const;
  await store.commit({ compare: [], then: [remove], else: [] });
  await assert.rejects(barrier.unseal(rootKeyBytes), code('barrier.keyring-missing'));
  assert.equal(barrier.unsealed, false);
});

test('every flipped bit of the stored keyring keeps the barrier sealed', async () => {
  const { store } = await foundedRoom();
  const { results } = await store.get([{ key: 'core/keyring/root' }]);
  assert.equal(results[0]?.kind, 'entry');
  const record = results[0].entry.value;
  const rootKey = new SecretKey(rootKeyBytes);
  assert.ok(openKeyring(rootKey, 'root', record));
  for (let bit = 0; bit < record.length * 8; bit += 1) {
    const altered = record.slice();
    altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.equal(openKeyring(rootKey, 'root', altered), undefined, `bit ${bit}`);
  }
  for (let length = 0; length < record.length; length += 1) {
    assert.equal(openKeyring(rootKey, 'root', record.slice(0, length)), undefined);
  }
});

test('a fault of the program is not taken for a corrupt keyring', async () => {
  const { store } = await foundedRoom();
  const { results } = await store.get([{ key: 'core/keyring/root' }]);
  assert.equal(results[0]?.kind, 'entry');
  const { value } = results[0].entry;
  const destroyed = new SecretKey(rootKeyBytes);
  destroyed.destroy();
  assert.throws(() => openKeyring(destroyed, 'root', value), { name: 'AssertionFailure' });
});

test('the root key is recognised, and no other', async () => {
  const { barrier } = await foundedRoom();
  assert.equal(barrier.holdsRootKey(rootKeyBytes), true);
  assert.equal(barrier.holdsRootKey(new Uint8Array(32).fill(0x53)), false);
});
