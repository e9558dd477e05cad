import assert from 'node:assert/strict';
import { test } from 'node:test';

import { AssertionFailure } from '../../../shared/assert.ts';
import { isFailure } from '../../../shared/errors/failure.ts';
import type { ErrorCode } from '../../../shared/errors/registry.ts';
import { rootNamespaceId } from '../../../shared/ids.ts';
import { ceremonyIdleTimeoutMs } from '../../../src/seal/limits.ts';
import { framed, type InitialisedRoom, initialisedRoom, sealRoom } from './seal-room.ts';

const code =
  (expected: ErrorCode) =>
  (error: unknown): boolean =>
    isFailure(error, expected);

async function unsealedRoom(shares: number, threshold: number): Promise<InitialisedRoom> {
  const room = await initialisedRoom(shares, threshold);
  for (let index = 1; index <= threshold; index += 1) await room.seal.submit(framed(room, index));
  assert.equal(room.seal.sealed, false);
  return room;
}

test('sealing drops the keys, tells the listeners and then forces a collection', async () => {
  const room = await unsealedRoom(3, 2);
  const collectedBefore = room.collections.count;
  const order: string[] = [];
  room.seal.onSealed(() => {
    order.push(
      `sealed, unsealed barrier: ${room.barrier.unsealed}, collected: ${room.collections.count - collectedBefore}`,
    );
  });
  await room.seal.seal();
  assert.deepEqual(order, ['sealed, unsealed barrier: false, collected: 0']);
  assert.equal(room.collections.count, collectedBefore + 1);
  assert.equal(room.seal.status().sealed, true);
  await room.seal.seal();
  assert.equal(order.length, 1, 'sealing a sealed server does nothing');
});

test('a sealed server opens again with the same shares', async () => {
  const room = await unsealedRoom(3, 2);
  await room.barrier.reserve(rootNamespaceId, 1);
  const value = room.barrier.seal(rootNamespaceId, 'k', new Uint8Array([1, 2, 3]));
  await room.seal.seal();
  await room.seal.submit(framed(room, 2));
  await room.seal.submit(framed(room, 3));
  assert.deepEqual(room.barrier.open(rootNamespaceId, 'k', value), new Uint8Array([1, 2, 3]));
});

test('the server counts as unsealed when every listener has started, one after the other', async () => {
  const room = await initialisedRoom(1, 1);
  const order: string[] = [];
  room.seal.onUnsealed(async () => {
    await Promise.resolve();
    order.push(`first ${room.seal.sealed} ${room.barrier.unsealed}`);
  });
  room.seal.onUnsealed(() => {
    order.push(`second ${room.seal.sealed}`);
  });
  await Promise.all([room.seal.submit(framed(room, 1)), room.seal.submit(framed(room, 1))]);
  assert.deepEqual(order, ['first true true', 'second true']);
  assert.equal(room.seal.sealed, false);
});

test('a listener that fails keeps the server sealed and without keys', async () => {
  const room = await initialisedRoom(3, 2);
  let broken = true;
  room.seal.onUnsealed(() => {
    if (broken) throw new Error('mounts unreadable');
  });
  await room.seal.submit(framed(room, 1));
  await assert.rejects(room.seal.submit(framed(room, 2)), /mounts unreadable/);
  assert.equal(room.barrier.unsealed, false);
  assert.equal(room.seal.status().progress, 0);
  assert.equal(room.collections.count, 1);
  broken = false;
  await room.seal.submit(framed(room, 1));
  assert.equal((await room.seal.submit(framed(room, 2))).sealed, false);
});

test('a listener that fails while sealing keeps nobody else from being told, nor a later unseal', async () => {
  const room = await unsealedRoom(3, 2);
  const collectedBefore = room.collections.count;
  let broken = true;
  let told = 0;
  room.seal.onSealed(() => {
    if (broken) throw new Error('audit device full');
  });
  room.seal.onSealed(() => {
    told += 1;
  });
  await assert.rejects(room.seal.seal(), /audit device full/);
  assert.equal(told, 1);
  assert.equal(room.barrier.unsealed, false);
  assert.equal(room.collections.count, collectedBefore + 1);
  await room.seal.seal();
  broken = false;
  await room.seal.submit(framed(room, 1));
  assert.equal((await room.seal.submit(framed(room, 2))).sealed, false);
});

test('an unseal that fails says why, also when a listener of the seal fails after it', async () => {
  const room = await initialisedRoom(1, 1);
  room.seal.onUnsealed(() => Promise.reject(new Error('mounts unreadable')));
  room.seal.onSealed(() => Promise.reject(new Error('audit device full')));
  await assert.rejects(room.seal.submit(framed(room, 1)), /mounts unreadable/);
});

test('sealing drops the keys at once, also while a part hangs that an unseal has started', async () => {
  const room = await initialisedRoom(1, 1);
  let reached = (): void => undefined;
  let release = (): void => undefined;
  const hanging = new Promise<void>((resolve) => {
    reached = resolve;
  });
  room.seal.onUnsealed(() => {
    reached();
    return new Promise<void>((resolve) => {
      release = resolve;
    });
  });
  const unsealing = room.seal.submit(framed(room, 1));
  await hanging;
  assert.equal(room.barrier.unsealed, true);
  const sealing = room.seal.seal();
  assert.equal(room.barrier.unsealed, false);
  release();
  await Promise.all([unsealing, sealing]);
  assert.equal(room.seal.sealed, true);
});

test('a broken assertion is never hidden by another failure', async () => {
  const broken = new AssertionFailure('a promise of our own');
  const room = await initialisedRoom(1, 1);
  room.seal.onUnsealed(() => Promise.reject(new Error('mounts unreadable')));
  room.seal.onSealed(() => Promise.reject(new Error('audit device full')));
  room.seal.onSealed(() => Promise.reject(broken));
  await assert.rejects(room.seal.submit(framed(room, 1)), broken);
  room.seal.onProgress(() => {
    throw broken;
  });
  await assert.rejects(room.seal.submit(framed(room, 1)), broken);
});

test('one who watches and fails stops neither an unseal nor a seal', async () => {
  const room = await initialisedRoom(3, 2);
  room.seal.onProgress(() => {
    throw new Error('socket gone');
  });
  const seen: string[] = [];
  room.seal.onProgress((change) => seen.push(change));
  await room.seal.submit(framed(room, 1));
  assert.equal((await room.seal.submit(framed(room, 2))).sealed, false);
  await room.seal.seal();
  assert.deepEqual(seen, ['entered', 'entered', 'completed', 'reset']);
  await room.seal.submit(framed(room, 1));
  room.clock.advance(ceremonyIdleTimeoutMs);
  assert.equal(room.seal.status().progress, 0);
});

test('sealing while an unseal runs ends sealed; unsealing while a seal runs ends unsealed', async () => {
  const room = await initialisedRoom(1, 1);
  const unsealing = room.seal.submit(framed(room, 1));
  await Promise.all([unsealing, room.seal.seal()]);
  assert.equal(room.barrier.unsealed, false);
  assert.equal(room.seal.sealed, true);

  await room.seal.submit(framed(room, 1));
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  room.seal.onSealed(() => held);
  const sealing = room.seal.seal();
  const second = room.seal.seal();
  const again = room.seal.submit(framed(room, 1));
  release();
  await Promise.all([sealing, second, again]);
  assert.equal(room.seal.sealed, false);
  assert.equal(room.barrier.unsealed, true);
});

test('a store that fails while unsealing leaves the server sealed and the ceremony to be repeated', async () => {
  const room = await initialisedRoom(1, 1);
  const range = room.store.range.bind(room.store);
  room.store.range = () => Promise.reject(new Error('disk unplugged'));
  await assert.rejects(room.seal.submit(framed(room, 1)), /disk unplugged/);
  assert.equal(room.barrier.unsealed, false);
  room.store.range = range;
  assert.equal((await room.seal.submit(framed(room, 1))).sealed, false);
});

test('a quorum completes once, with the nonce it was started under', async () => {
  const room = await unsealedRoom(5, 3);
  const quorum = room.seal.startQuorum('generate-root');
  assert.throws(() => quorum.submit(framed(room, 1), ''), code('seal.nonce-mismatch'));
  assert.throws(() => quorum.submit(framed(room, 1), 'x'), code('seal.nonce-mismatch'));
  const { nonce } = quorum;
  assert.equal(quorum.submit(framed(room, 1), nonce).complete, false);
  assert.throws(() => quorum.submit(framed(room, 1), nonce), code('share.duplicate'));
  assert.equal(quorum.submit(framed(room, 5), nonce).snapshot.progress, 2);
  assert.equal(room.seal.quorum('generate-root'), quorum);
  const answer = quorum.submit(framed(room, 3), nonce);
  assert.equal(answer.complete, true);
  assert.equal(answer.snapshot.progress, 3);
  assert.equal(answer.snapshot.nonce, nonce);
  assert.equal(quorum.ended, true);
  assert.throws(() => quorum.submit(framed(room, 1), nonce), code('seal.ceremony-ended'));
  assert.equal(room.seal.quorum('generate-root'), undefined);
  assert.equal(room.clock.armedCount, 0);
});

test('one quorum of a kind runs at a time; a cancelled one makes room', async () => {
  const room = await unsealedRoom(3, 2);
  const first = room.seal.startQuorum('generate-root');
  first.submit(framed(room, 1), first.nonce);
  assert.throws(() => room.seal.startQuorum('generate-root'), code('seal.ceremony-running'));
  first.cancel();
  assert.equal(first.ended, true);
  const second = room.seal.startQuorum('generate-root');
  assert.notEqual(second.nonce, first.nonce);
  assert.equal(second.snapshot().progress, 0);
});

test('a quorum ends when no share comes in time, entered or not, and when the server is sealed', async () => {
  const room = await unsealedRoom(3, 2);
  const idle = room.seal.startQuorum('generate-root');
  room.clock.advance(ceremonyIdleTimeoutMs);
  assert.equal(idle.ended, true);
  const half = room.seal.startQuorum('generate-root');
  half.submit(framed(room, 1), half.nonce);
  room.clock.advance(ceremonyIdleTimeoutMs);
  assert.throws(() => half.submit(framed(room, 2), half.nonce), code('seal.ceremony-ended'));
  const last = room.seal.startQuorum('generate-root');
  await room.seal.seal();
  assert.equal(last.ended, true);
  assert.throws(() => last.submit(framed(room, 1), last.nonce), code('seal.ceremony-ended'));
  assert.throws(() => room.seal.startQuorum('generate-root'), code('request.sealed'));
});

test('shares of another seal do not complete a quorum', async () => {
  const room = await unsealedRoom(3, 2);
  const other = sealRoom('other');
  const { shares } = await other.seal.initialise({ shares: 3, threshold: 2 }, () =>
    Promise.resolve([]),
  );
  const quorum = room.seal.startQuorum('generate-root');
  for (const index of [1, 2]) {
    const foreign = framed({ ...other, shares }, index);
    assert.throws(() => quorum.submit(foreign, quorum.nonce), code('share.foreign'));
  }
  assert.equal(quorum.snapshot().progress, 0);
});

test('a quorum that opens another root key than the one in use is refused', async () => {
  const room = await unsealedRoom(1, 1);
  const quorum = room.seal.startQuorum('generate-root');
  room.barrier.clear();
  await room.store.commit({
    compare: [],
    then: [{ kind: 'delete', key: 'core/keyring/root' }],
    else: [],
  });
  const otherRootKey = new Uint8Array(32).fill(9);
  const put = room.barrier.found(otherRootKey, 0);
  await room.store.commit({ compare: [], then: [put], else: [] });
  assert.throws(() => quorum.submit(framed(room, 1), quorum.nonce), code('seal.unwrap-failed'));
});
