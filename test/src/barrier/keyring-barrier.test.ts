import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isFailure } from '../../../shared/errors/failure.ts';
import { additionalData } from '../../../src/barrier/additional-data.ts';
import { KeyringBarrier } from '../../../src/barrier/keyring-barrier.ts';
import { openKeyring } from '../../../src/barrier/keyring-record.ts';
import { withNewestTerm } from '../../../src/store/newest-term.ts';
import { reservedUsesBlock } from '../../../src/barrier/limits.ts';
import { SecretKey } from '../../../src/crypto/secret-key.ts';
import { rootKeyBytes, text, code, foundedRoom, sealed, storedTerms } from './barrier-room.ts';

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

// CVE-2023-4680: both IVs are among what differs.
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
