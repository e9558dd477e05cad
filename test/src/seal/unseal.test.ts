import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isFailure } from '../../../shared/errors/failure.ts';
import type { ErrorCode } from '../../../shared/errors/registry.ts';
import { decodeShare, encodeRawShare } from '../../../shared/share/share.ts';
import {
  ceremonyIdleTimeoutMs,
  resetsPerHourMax,
  wrongSharesPerSecondMax,
} from '../../../src/seal/limits.ts';
import type { CollectionSnapshot } from '../../../src/seal/share-collection.ts';
import { framed, hex, type InitialisedRoom, initialisedRoom, sealRoom } from './seal-room.ts';

const code =
  (expected: ErrorCode) =>
  (error: unknown): boolean =>
    isFailure(error, expected);
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A raw share that is right but for one flipped bit. */
function flipped(room: InitialisedRoom, index: number): Uint8Array {
  const raw = room.shares[index - 1]?.raw.slice() ?? new Uint8Array();
  raw[7] = (raw[7] ?? 0) ^ 1;
  return ascii(Buffer.from(raw).toString('hex'));
}

test('enough shares, framed or raw and in any order, unseal', async () => {
  const room = await initialisedRoom(5, 3);
  assert.equal((await room.seal.submit(framed(room, 4))).progress, 1);
  const second = await room.seal.submit(hex(room, 1));
  assert.equal(second.progress, 2);
  assert.equal(second.sealed, true);
  assert.notEqual(second.nonce, '');
  const base64 = Buffer.from(room.shares[4]?.raw ?? []).toString('base64');
  const status = await room.seal.submit(ascii(base64));
  assert.equal(status.sealed, false);
  assert.equal(status.progress, 0);
  assert.equal(status.nonce, '');
  assert.equal(room.barrier.unsealed, true);
});

test('a seal of one share is opened by the key itself, framed or as 32 raw bytes', async () => {
  for (const form of [framed, hex]) {
    const room = await initialisedRoom(1, 1);
    assert.equal(room.shares[0]?.raw.length, 32);
    assert.match(room.seal.status().warnings.join(), /alone/);
    assert.equal((await room.seal.submit(form(room, 1))).sealed, false);
  }
});

test('status tells an uninitialised, a sealed and an unsealed server apart', async () => {
  const empty = sealRoom('empty');
  await empty.seal.load();
  assert.deepEqual(empty.seal.status(), {
    type: 'shamir',
    initialised: false,
    sealed: true,
    threshold: 0,
    count: 0,
    progress: 0,
    nonce: '',
    setId: undefined,
    clusterId: undefined,
    clusterName: undefined,
    warnings: [],
  });
  const room = await initialisedRoom(7, 3);
  const status = room.seal.status();
  assert.deepEqual([status.initialised, status.sealed], [true, true]);
  assert.deepEqual([status.threshold, status.count], [3, 7]);
  assert.match(status.setId ?? '', /^[0-9a-f]{16}$/);
  assert.match(status.clusterId ?? '', /^[0-9a-f-]{36}$/);
  assert.match(status.clusterName ?? '', /^strongbox-cluster-[0-9a-f]{8}$/);
  assert.match(status.warnings.join(), /3 of 7/);
  assert.deepEqual((await initialisedRoom(5, 3)).seal.status().warnings, []);
});

test('a wrong share is named when it is entered, and what was entered before stays', async () => {
  const room = await initialisedRoom(5, 3);
  const other = await initialisedRoom(4, 2);
  await room.seal.submit(framed(room, 1));
  const { nonce } = room.seal.status();
  const zeroIndex = room.shares[1]?.raw.slice() ?? new Uint8Array();
  zeroIndex[32] = 0;
  const tooHigh = zeroIndex.slice();
  tooHigh[32] = 6;
  const asOther = zeroIndex.slice();
  asOther[32] = 3;
  const typo = framed(room, 2);
  typo[20] = typo[20] === 0x71 ? 0x70 : 0x71;
  const wrong: readonly (readonly [ErrorCode, Uint8Array])[] = [
    ['share.duplicate', framed(room, 1)],
    ['share.duplicate', hex(room, 1)],
    ['share.mismatch', flipped(room, 2)],
    ['share.mismatch', flipped(room, 1)],
    ['share.mismatch', hex(other, 2)],
    ['share.mismatch', ascii(Buffer.from(tooHigh).toString('hex'))],
    ['share.mismatch', ascii(Buffer.from(asOther).toString('hex'))],
    ['share.foreign', framed(other, 2)],
    ['share.short', ascii('ab'.repeat(32))],
    ['share.zero-index', ascii(Buffer.from(zeroIndex).toString('hex'))],
    ['share.malformed', ascii('not a share')],
    ['share.malformed', ascii('')],
    ['share.checksum', typo],
  ];
  for (const [expected, share] of wrong) {
    await assert.rejects(room.seal.submit(share), code(expected));
    room.clock.advance(200);
    assert.equal(room.seal.status().progress, 1);
    assert.equal(room.seal.status().nonce, nonce);
  }
  await room.seal.submit(framed(room, 2));
  assert.equal((await room.seal.submit(framed(room, 3))).sealed, false);
});

test('a share of a set that was made before is a mismatch, raw, and foreign, framed', async () => {
  const room = await initialisedRoom(3, 2);
  const again = sealRoom('a later initialisation');
  await again.seal.initialise({ shares: 3, threshold: 2 }, () => Promise.resolve([]));
  await assert.rejects(again.seal.submit(hex(room, 1)), code('share.mismatch'));
  await assert.rejects(again.seal.submit(framed(room, 1)), code('share.foreign'));
});

test('a half-entered set is dropped when no share comes in time, by the timer', async () => {
  const room = await initialisedRoom(5, 3);
  await room.seal.submit(framed(room, 1));
  room.clock.advance(ceremonyIdleTimeoutMs - 1);
  await room.seal.submit(framed(room, 2));
  room.clock.advance(ceremonyIdleTimeoutMs - 1);
  const { nonce, progress } = room.seal.status();
  assert.equal(progress, 2, 'each share starts the time anew');
  const changes: string[] = [];
  room.seal.onProgress((change) => changes.push(change));
  room.clock.advance(1);
  assert.deepEqual(changes, ['expired']);
  assert.equal(room.seal.status().progress, 0);
  assert.equal(room.clock.armedCount, 0);
  await room.seal.submit(framed(room, 1));
  assert.notEqual(room.seal.status().nonce, nonce);
});

test('a half-entered set can be reset, and goes on under a new nonce', async () => {
  const room = await initialisedRoom(5, 3);
  const { nonce } = await room.seal.submit(framed(room, 1));
  assert.equal(room.seal.reset().progress, 0);
  await assert.rejects(room.seal.submit(framed(room, 1), { nonce }), code('seal.nonce-mismatch'));
  const status = await room.seal.submit(framed(room, 1));
  assert.notEqual(status.nonce, nonce);
  assert.equal((await room.seal.submit(framed(room, 2), { nonce: status.nonce })).progress, 2);
});

test('a reset with nothing entered changes nothing, and nobody is told', async () => {
  const room = await initialisedRoom(5, 3);
  const told: string[] = [];
  room.seal.onProgress((change) => told.push(change));
  room.seal.watch({
    refused: (refusal) => told.push(refusal),
    reset: () => told.push('told of a reset'),
    changed: () => undefined,
  });
  const nonce = room.seal.collection?.nonce;
  for (let tries = 0; tries < 3 * resetsPerHourMax; tries += 1) room.seal.reset();
  assert.equal(room.seal.collection?.nonce, nonce, 'boxes on their way still open');
  assert.deepEqual(told, []);
  await room.seal.submit(framed(room, 1));
  assert.equal(room.seal.reset().progress, 0, 'they did not count either');
  assert.deepEqual(told, ['entered', 'reset', 'told of a reset']);
});

test('nobody resets so often that the shares never come together', async () => {
  const room = await initialisedRoom(5, 3);
  for (let tries = 0; tries < resetsPerHourMax; tries += 1) {
    await room.seal.submit(framed(room, 1));
    room.seal.reset();
  }
  await room.seal.submit(framed(room, 1));
  assert.throws(() => room.seal.reset(), code('seal.too-many-resets'));
  assert.equal(room.seal.status().progress, 1);
  room.clock.advance(3_600_000 - 1);
  await room.seal.submit(framed(room, 1));
  assert.throws(() => room.seal.reset(), code('seal.too-many-resets'));
  room.clock.advance(1);
  assert.equal(room.seal.reset().progress, 0);
  for (const index of [1, 2, 3]) await room.seal.submit(framed(room, index));
  assert.equal(room.seal.sealed, false);
});

test('sealing drops what was entered however often somebody has reset', async () => {
  const room = await initialisedRoom(3, 2);
  for (let tries = 0; tries < resetsPerHourMax; tries += 1) {
    await room.seal.submit(framed(room, 1));
    room.seal.reset();
  }
  await room.seal.submit(framed(room, 1));
  await room.seal.submit(framed(room, 2));
  await room.seal.seal();
  assert.equal(room.seal.status().progress, 0);
});

test('reset is refused on an unsealed server, and everything on an uninitialised one', async () => {
  const room = await initialisedRoom(1, 1);
  await room.seal.submit(framed(room, 1));
  assert.throws(() => room.seal.reset(), code('seal.unsealed'));
  assert.equal((await room.seal.submit(ascii('junk'))).sealed, false, 'nothing to do');
  const empty = sealRoom('nothing');
  await empty.seal.load();
  await assert.rejects(empty.seal.submit(ascii('junk')), code('seal.not-initialised'));
  assert.throws(() => empty.seal.reset(), code('seal.not-initialised'));
  assert.throws(() => empty.seal.startQuorum('generate-root'), code('seal.not-initialised'));
});

test('those who watch see who entered which share, and never a share', async () => {
  const room = await initialisedRoom(3, 2);
  const seen: [string, CollectionSnapshot][] = [];
  room.seal.onProgress((change, snapshot) => seen.push([change, snapshot]));
  await room.seal.submit(framed(room, 3), { by: 'ada' });
  await room.seal.submit(framed(room, 1));
  assert.deepEqual(
    seen.map(([change, { progress, entered }]) => [change, progress, entered]),
    [
      ['entered', 1, [{ index: 3, by: 'ada' }]],
      [
        'entered',
        2,
        [
          { index: 3, by: 'ada' },
          { index: 1, by: undefined },
        ],
      ],
      ['completed', 0, []],
    ],
  );
  const told = JSON.stringify(seen);
  for (const { raw, framed: text } of room.shares) {
    assert.ok(!told.includes(Buffer.from(raw).toString('hex').slice(0, 16)));
    assert.ok(!told.includes(new TextDecoder().decode(text)));
  }
});

test('F-24: wrong shares beyond the limit are told to wait, and never keep a right one out', async () => {
  const room = await initialisedRoom(3, 2);
  for (let tries = 0; tries < 3; tries += 1) {
    for (let attempt = 0; attempt < wrongSharesPerSecondMax; attempt += 1) {
      await assert.rejects(room.seal.submit(ascii('junk')), code('share.malformed'));
    }
    await assert.rejects(room.seal.submit(ascii('junk')), code('seal.too-many-attempts'));
    await assert.rejects(room.seal.submit(flipped(room, 1)), code('seal.too-many-attempts'));
    room.clock.advance(1_000);
  }
  for (let attempt = 0; attempt < 20; attempt += 1) {
    await room.seal.submit(ascii('junk')).catch(() => undefined);
  }
  await room.seal.submit(framed(room, 1));
  assert.equal((await room.seal.submit(framed(room, 2))).sealed, false);
});

test('F-24: wrong nonces are limited and told like wrong shares', async () => {
  const room = await initialisedRoom(3, 2);
  let told = 0;
  room.seal.watch({
    refused: () => {
      told += 1;
    },
    reset: () => undefined,
    changed: () => undefined,
  });
  const guess = { nonce: 'another' };
  for (let attempt = 0; attempt < wrongSharesPerSecondMax; attempt += 1) {
    await assert.rejects(room.seal.submit(framed(room, 1), guess), code('seal.nonce-mismatch'));
  }
  const late = code('seal.too-many-attempts');
  await assert.rejects(room.seal.submit(framed(room, 1), guess), late);
  await assert.rejects(room.seal.submit(ascii('junk')), late, 'they share one limit');
  assert.throws(() => room.seal.reset(guess), late);
  assert.equal(told, wrongSharesPerSecondMax);
  const { nonce = '' } = room.seal.collection ?? {};
  assert.equal((await room.seal.submit(framed(room, 1), { nonce })).progress, 1);
});

test('F-24: 100,000 junk shares leave neither memory, timers nor progress behind', async () => {
  const room = await initialisedRoom(3, 2);
  const junk = [ascii('junk'), flipped(room, 1), ascii('ab'.repeat(33)), framed(room, 1)];
  await room.seal.submit(framed(room, 1));
  const submit = async (count: number): Promise<void> => {
    for (let attempt = 0; attempt < count; attempt += 1) {
      const share = junk[attempt % junk.length] ?? new Uint8Array();
      const refused = await room.seal.submit(share).then(
        () => false,
        () => true,
      );
      if (!refused) assert.fail(`attempt ${attempt} was taken`);
      room.clock.advance(1);
    }
  };
  await submit(20_000);
  const before = process.memoryUsage().rss;
  await submit(100_000);
  const grown = process.memoryUsage().rss - before;
  assert.ok(grown < 48 * 1_048_576, `grown by ${grown} bytes`);
  assert.equal(room.clock.armedCount, 1);
  assert.equal(room.seal.status().progress, 1);
  assert.equal((await room.seal.submit(framed(room, 2))).sealed, false);
});

test('the bytes handed in are left to the caller; a share of 255 of 255 is one of many', async () => {
  const room = await initialisedRoom(255, 255);
  for (let index = 1; index <= 254; index += 1) {
    const text = framed(room, index);
    assert.equal((await room.seal.submit(text)).progress, index);
    assert.deepEqual(text, framed(room, index));
  }
  await assert.rejects(room.seal.submit(framed(room, 254)), code('share.duplicate'));
  assert.equal((await room.seal.submit(framed(room, 255))).sealed, false);
});

test('both encodings of an issued share say the same', async () => {
  const room = await initialisedRoom(3, 2);
  for (const { raw, framed: text } of room.shares) {
    const { secret, index } = decodeShare(text);
    assert.deepEqual(encodeRawShare({ kind: 'raw', secret, index }), raw);
  }
});
