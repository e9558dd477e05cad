import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isFailure } from '../../../shared/errors/failure.ts';
import type { ErrorCode } from '../../../shared/errors/registry.ts';
import { rootNamespaceId } from '../../../shared/ids.ts';
import type { Operation } from '../../../src/ports/store.ts';
import { framed, initialisedRoom, sealRoom } from './seal-room.ts';

const code =
  (expected: ErrorCode) =>
  (error: unknown): boolean =>
    isFailure(error, expected);
const nothing = (): Promise<readonly Operation[]> => Promise.resolve([]);
const text = new TextEncoder().encode('the first entry');

test('everything an initialisation writes is one commit, the entries of the core included', async () => {
  const room = sealRoom('one commit');
  const { revision } = room.store;
  const made = await room.seal.initialise({ shares: 3, threshold: 2 }, async ({ barrier }) => {
    return [
      { kind: 'put', key: 'ns/root/x', value: barrier.seal(rootNamespaceId, 'ns/root/x', text) },
    ];
  });
  assert.equal(room.store.revision, revision + 1);
  assert.equal(room.seal.sealed, true);
  assert.equal(room.barrier.unsealed, false);
  const { entries } = await room.store.range('', { limit: 10, keysOnly: true });
  assert.deepEqual(
    entries.map(({ key }) => key),
    ['core/cluster', 'core/format', 'core/keyring/root', 'core/seal', 'ns/root/x'],
  );

  const initialised = { ...room, shares: made.shares };
  await room.seal.submit(framed(initialised, 1));
  await room.seal.submit(framed(initialised, 3));
  const { results } = await room.store.get([{ key: 'ns/root/x' }]);
  assert.equal(results[0]?.kind, 'entry');
  assert.deepEqual(room.barrier.open(rootNamespaceId, 'ns/root/x', results[0].entry.value), text);
});

test('a second initialisation is refused with the words clients match', async () => {
  const room = await initialisedRoom(3, 2);
  const { revision } = room.store;
  const again = room.seal.initialise({ shares: 3, threshold: 2 }, nothing);
  await assert.rejects(again, {
    code: 'seal.already-initialised',
    message: 'Vault is already initialized',
  });
  const another = sealRoom('another agent', room);
  await assert.rejects(
    another.seal.initialise({ shares: 3, threshold: 2 }, nothing),
    code('seal.already-initialised'),
  );
  assert.equal(room.store.revision, revision);
});

test('of initialisations at the same time one succeeds, and its shares open the seal', async () => {
  const first = sealRoom('first');
  const rooms = [first, sealRoom('second', first), sealRoom('third', first)];
  const outcomes = await Promise.allSettled(
    rooms.map(({ seal }) => seal.initialise({ shares: 3, threshold: 2 }, nothing)),
  );
  const won = outcomes.findIndex(({ status }) => status === 'fulfilled');
  const lost = outcomes.filter(({ status }) => status === 'rejected');
  assert.equal(lost.length, 2);
  for (const each of lost) {
    assert.equal(each.status, 'rejected');
    assert.ok(code('seal.already-initialised')(each.reason));
  }
  const outcome = outcomes[won];
  assert.equal(outcome?.status, 'fulfilled');
  const next = sealRoom('restart', first);
  await next.seal.load();
  const room = { ...next, shares: outcome.value.shares };
  await room.seal.submit(framed(room, 1));
  assert.equal((await room.seal.submit(framed(room, 2))).sealed, false);
});

const impossible: readonly (readonly [number, number])[] = [
  [0, 0],
  [0, 1],
  [1, 0],
  [2, 1],
  [255, 1],
  [3, 4],
  [256, 2],
  [-1, -1],
  [2.5, 2],
  [3, Number.NaN],
];

for (const [shares, threshold] of impossible) {
  test(`${threshold} of ${shares} shares is refused and nothing is written`, async () => {
    const room = sealRoom('impossible');
    const attempt = room.seal.initialise({ shares, threshold }, nothing);
    await assert.rejects(attempt, code('seal.parameters'));
    assert.equal((await room.store.range('', { limit: 1 })).entries.length, 0);
  });
}

test('if the core cannot prepare its entries, or the store refuses, nothing is initialised', async () => {
  const room = sealRoom('fails');
  const broken = (): Promise<never> => Promise.reject(new Error('no policies'));
  await assert.rejects(room.seal.initialise({ shares: 3, threshold: 2 }, broken), /no policies/);
  const tooMany = Array.from({ length: 200 }, (_, index): Operation => {
    return { kind: 'put', key: `ns/root/${index}`, value: text };
  });
  await assert.rejects(
    room.seal.initialise({ shares: 3, threshold: 2 }, () => Promise.resolve(tooMany)),
    code('store.limit'),
  );
  assert.equal(room.seal.initialised, false);
  assert.equal((await room.store.range('', { limit: 1 })).entries.length, 0);
  await room.seal.initialise({ shares: 3, threshold: 2 }, nothing);
});

test('the shares of an initialisation that the store refuses are zeroed', async () => {
  const room = sealRoom('refused');
  const made: Uint8Array[] = [];
  const Plain = globalThis.ArrayBuffer;
  class Recorded extends Plain {
    constructor(byteLength: number) {
      super(byteLength);
      // Of a raw share and of the text of a framed one.
      if (byteLength === 33 || byteLength === 81) made.push(new Uint8Array(this));
    }
  }
  const commit = room.store.commit.bind(room.store);
  room.store.commit = () => Promise.reject(new Error('disk unplugged'));
  globalThis.ArrayBuffer = Recorded as ArrayBufferConstructor;
  try {
    await assert.rejects(room.seal.initialise({ shares: 3, threshold: 2 }, nothing), /unplugged/);
  } finally {
    globalThis.ArrayBuffer = Plain;
  }
  assert.ok(made.length >= 6);
  assert.ok(made.every((bytes) => bytes.every((byte) => byte === 0)));
  room.store.commit = commit;
  await room.seal.initialise({ shares: 3, threshold: 2 }, nothing);
});

test('a founding is taken back whole, or, once something of it was changed, not at all', async () => {
  const room = sealRoom('taken back');
  const put = { kind: 'put', key: 'ns/root/x', value: text } as const;
  const first = await room.seal.initialise({ shares: 3, threshold: 2 }, async () => [put]);
  await room.seal.submit(first.shares[0]?.framed ?? text);
  await first.undo();
  assert.deepEqual([room.seal.initialised, room.seal.collection], [false, undefined]);
  assert.deepEqual((await room.store.range('', { limit: 10, keysOnly: true })).entries, []);
  const second = await room.seal.initialise({ shares: 3, threshold: 2 }, async () => [put]);
  await assert.rejects(first.undo(), code('seal.already-initialised'), 'it is another one');
  await room.store.commit({ compare: [], then: [put], else: [] });
  await assert.rejects(second.undo(), code('seal.already-initialised'));
  assert.equal(room.seal.initialised, true);
  assert.equal((await room.store.range('', { limit: 10, keysOnly: true })).entries.length, 5);
});

test('the founding barrier holds no keys once the initialisation is over', async () => {
  const room = sealRoom('founding');
  let kept: { readonly unsealed: boolean } | undefined;
  await room.seal.initialise({ shares: 1, threshold: 1 }, async ({ barrier }) => {
    kept = barrier;
    assert.equal(barrier.unsealed, true);
    await barrier.reserve(rootNamespaceId, 128);
    return [];
  });
  assert.equal(kept?.unsealed, false);
});

test('a restart reads the same seal', async () => {
  const room = await initialisedRoom(5, 3);
  const next = sealRoom('restart', room);
  await next.seal.load();
  assert.deepEqual(next.seal.status(), room.seal.status());
});

for (const key of ['core/seal', 'core/format', 'core/cluster']) {
  test(`a store that lost ${key} is refused: nothing is initialised over its data`, async () => {
    const room = await initialisedRoom(3, 2);
    await room.store.commit({ compare: [], then: [{ kind: 'delete', key }], else: [] });
    const next = sealRoom('restart', room);
    const missing = { code: 'seal.record-missing', parameters: { key } };
    await assert.rejects(next.seal.load(), missing);
    await assert.rejects(next.seal.initialise({ shares: 3, threshold: 2 }, nothing), missing);
  });
}

test('a store that lost every clear record but holds a tenant is refused too', async () => {
  const room = sealRoom('orphan');
  const put = { kind: 'put', key: 'ns/root/mounts/1', value: text } as const;
  await room.store.commit({ compare: [], then: [put], else: [] });
  await assert.rejects(room.seal.load(), code('seal.record-missing'));
});

test('what nodes publish in clear does not stand in the way of an initialisation', async () => {
  const room = sealRoom('node');
  const put = { kind: 'put', key: 'node/n1/audit', value: text } as const;
  await room.store.commit({ compare: [], then: [put], else: [] });
  await room.seal.load();
  await room.seal.initialise({ shares: 1, threshold: 1 }, nothing);
});

test('an altered seal is refused at the start, or when the shares are in, never ignored', async () => {
  const room = await initialisedRoom(3, 2);
  const { results } = await room.store.get([{ key: 'core/seal' }]);
  assert.equal(results[0]?.kind, 'entry');
  const put = async (value: Uint8Array): Promise<void> => {
    await room.store.commit({
      compare: [],
      then: [{ kind: 'put', key: 'core/seal', value }],
      else: [],
    });
  };
  await put(results[0].entry.value.slice(1));
  await assert.rejects(sealRoom('cut', room).seal.load(), code('seal.record-corrupt'));

  const altered = results[0].entry.value.slice();
  altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;
  await put(altered);
  const next = { ...sealRoom('altered', room), shares: room.shares };
  await next.seal.load();
  await next.seal.submit(framed(next, 1));
  await assert.rejects(next.seal.submit(framed(next, 2)), code('seal.unwrap-failed'));
  assert.equal(next.seal.status().progress, 0);
  assert.equal(next.seal.sealed, true);
});
