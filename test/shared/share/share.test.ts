import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import fc from 'fast-check';

import { isFailure } from '../../../shared/errors/failure.ts';
import { encodeBech32m } from '../../../shared/share/bech32m.ts';
import {
  decodeShare,
  encodeFramedShare,
  encodeRawShare,
  type FramedShare,
} from '../../../shared/share/share.ts';
import { anyBytes, codeOf, mistyped as mistypedShares } from '../../fuzz/targets/share.ts';

interface GoldenShare {
  readonly setId: string;
  readonly threshold: number;
  readonly count: number;
  readonly index: number;
  readonly secret: string;
  readonly framed: string;
  readonly hex: string;
  readonly base64: string;
}

const file = new URL('../../vectors/share.json', import.meta.url);
const golden = (JSON.parse(readFileSync(file, 'utf8')) as { cases: GoldenShare[] }).cases;

const hex = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, 'hex'));
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function framedOf(each: GoldenShare): FramedShare {
  const { threshold, count, index } = each;
  return {
    kind: 'framed',
    secret: hex(each.secret),
    setId: hex(each.setId),
    threshold,
    count,
    index,
  };
}

for (const each of golden) {
  test(`the golden share ${each.index} of ${each.threshold}/${each.count} reads and writes in each form`, () => {
    assert.equal(text(encodeFramedShare(framedOf(each))), each.framed);
    assert.deepEqual(decodeShare(ascii(each.framed)), framedOf(each));
    assert.deepEqual(decodeShare(ascii(each.framed.toUpperCase())), framedOf(each));

    const index = each.count === 1 ? undefined : each.index;
    const raw = { kind: 'raw', secret: hex(each.secret), index } as const;
    assert.deepEqual(encodeRawShare(raw), hex(each.hex));
    const url = each.base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    for (const form of [each.hex, each.hex.toUpperCase(), each.base64, url]) {
      assert.deepEqual(decodeShare(ascii(form)), raw, form);
      assert.deepEqual(decodeShare(ascii(` \t${form}\r\n`)), raw, form);
    }
  });
}

const sample = golden[0]?.framed ?? '';

test('every single mistyped character of a framed share is told, at every position', () => {
  const typed = 'qpzry9x8gf2tvdw0s3jn54khce6mua7lQPZRY1bio!';
  for (let at = 0; at < sample.length; at += 1) {
    for (const character of typed) {
      if (character === sample[at]) continue;
      const mistyped = sample.slice(0, at) + character + sample.slice(at + 1);
      assert.match(codeOf(ascii(mistyped)), /^share\.(checksum|malformed)$/, `${at} ${character}`);
    }
  }
});

test('a mistyped character of the alphabet is called a checksum mistake', () => {
  for (let at = 4; at < sample.length; at += 1) {
    const character = sample[at] === 'q' ? 'p' : 'q';
    const mistyped = sample.slice(0, at) + character + sample.slice(at + 1);
    assert.equal(codeOf(ascii(mistyped)), 'share.checksum');
  }
});

test('up to four mistyped characters, and two that changed places, are found', () => {
  fc.assert(mistypedShares, { numRuns: 500 });
  for (let at = 4; at < sample.length - 1; at += 1) {
    const swapped = `${sample.slice(0, at)}${sample[at + 1]}${sample[at]}${sample.slice(at + 2)}`;
    if (swapped !== sample) assert.equal(codeOf(ascii(swapped)), 'share.checksum');
  }
});

test('a framed share with a character too few or too many is malformed', () => {
  for (let at = 0; at <= sample.length; at += 1) {
    const missing = sample.slice(0, at) + sample.slice(at + 1);
    if (at < sample.length) assert.equal(codeOf(ascii(missing)), 'share.malformed');
    const doubled = `${sample.slice(0, at)}q${sample.slice(at)}`;
    assert.equal(codeOf(ascii(doubled)), 'share.malformed');
  }
});

const refused: readonly (readonly [string, string, string])[] = [
  ['nothing', '', 'share.malformed'],
  ['white space', ' \r\n\t', 'share.malformed'],
  ['a word', 'hello', 'share.malformed'],
  ['hex of 31 bytes', 'ab'.repeat(31), 'share.malformed'],
  ['hex of 34 bytes', 'ab'.repeat(34), 'share.malformed'],
  ['odd hex', 'ab'.repeat(33).slice(1), 'share.malformed'],
  ['hex with a wrong digit', `${'ab'.repeat(32)}ag`, 'share.malformed'],
  ['base64 of 31 bytes', Buffer.alloc(31, 1).toString('base64'), 'share.malformed'],
  ['two shares in one', `${'ab'.repeat(33)} ${'ab'.repeat(33)}`, 'share.malformed'],
  ['hex with index 0', `${'ab'.repeat(32)}00`, 'share.zero-index'],
  ['base64 with index 0', Buffer.alloc(33).toString('base64'), 'share.zero-index'],
  ['a long text', 'a'.repeat(100_000), 'share.malformed'],
  ['non-ASCII', 'é'.repeat(33), 'share.malformed'],
];

for (const [name, input, code] of refused) {
  test(`${name} is refused as ${code}`, () => {
    assert.equal(codeOf(ascii(input)), code);
  });
}

test('a frame of another format, or with numbers that contradict each other, is malformed', () => {
  const frame = (format: number, threshold: number, count: number, index: number): Uint8Array =>
    Uint8Array.from([format, ...new Uint8Array(8), threshold, count, index, ...new Uint8Array(32)]);
  assert.equal(codeOf(encodeBech32m(ascii('sbx'), frame(1, 2, 3, 3))), 'framed');
  for (const wrong of [
    frame(2, 2, 3, 1),
    frame(1, 4, 3, 1),
    frame(1, 2, 3, 4),
    frame(1, 2, 3, 0),
    frame(1, 0, 3, 1),
    frame(1, 0, 0, 0),
  ]) {
    assert.equal(codeOf(encodeBech32m(ascii('sbx'), wrong)), 'share.malformed');
  }
});

test('a raw share whose base64 happens to start like a framed one is read as it is', () => {
  for (const start of ['sbx1', 'SBX1', 'sBx1']) {
    for (const length of [33, 32]) {
      const raw = Buffer.from(start.padEnd(Math.ceil(length / 3) * 4, 'A'), 'base64').subarray(
        0,
        length,
      );
      if (length === 33) raw[32] = 7;
      const share = decodeShare(ascii(raw.toString('base64')));
      assert.equal(share.kind, 'raw');
      assert.deepEqual(share, decodeShare(ascii(raw.toString('hex'))));
      assert.deepEqual(share, decodeShare(ascii(raw.toString('base64url'))));
    }
  }
});

test('any bytes are answered with a share or a registered failure that repeats none of them', () => {
  fc.assert(anyBytes, { numRuns: 2_000 });
  assert.throws(
    () => decodeShare(ascii('hunter2hunter2')),
    (error) => isFailure(error, 'share.malformed') && !error.message.includes('hunter2'),
  );
});

test('the input is left as it was', () => {
  const input = ascii(sample);
  decodeShare(input);
  assert.equal(text(input), sample);
});
