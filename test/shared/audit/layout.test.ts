import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  beginsSummary,
  claimedIndex,
  hashMatches,
  layoutOf,
  summaryKindAt,
  writeHash,
} from '../../../shared/audit/layout.ts';

const hash = 'ab'.repeat(32);
const line = (index: string, body = '"type":"event"', prev = hash, mac = hash): Buffer =>
  Buffer.from(`{"index":${index},"prev":"${prev}",${body},"mac":"${mac}"}`);
const layout = (bytes: Uint8Array): ReturnType<typeof layoutOf> => layoutOf(bytes, 0, bytes.length);

test('the parts of a line are found where they are', () => {
  const bytes = line('1234');
  const found = layout(bytes);
  assert.equal(found?.index, 1234);
  assert.equal(bytes.toString('utf8', found.prevAt, found.prevAt + 64), hash);
  assert.equal(bytes.toString('utf8', found.bodyAt, found.bodyAt + 6), '"type"');
  assert.equal(bytes.toString('utf8', found.macAt), `,"mac":"${hash}"}`);
});

test('an index is written in one way, up to 2^53 - 1', () => {
  for (const index of ['0', '7', '10', '9007199254740991']) {
    assert.equal(layout(line(index))?.index, Number(index));
    assert.equal(claimedIndex(line(index)), Number(index));
  }
  for (const index of [
    '',
    '00',
    '01',
    '-1',
    '1.0',
    '1e3',
    ' 1',
    '"1"',
    '9007199254740992',
    '9'.repeat(17),
  ]) {
    assert.equal(layout(line(index)), undefined, index);
    assert.equal(claimedIndex(line(index)), undefined, index);
  }
});

test('what is not framed like a record is none', () => {
  const good = line('5').toString('utf8');
  const bad = [
    '',
    '{}',
    good.slice(1),
    good.slice(0, -1),
    `${good} `,
    ` ${good}`,
    good.replace('prev', 'prex'),
    good.replace('"mac"', '"max"'),
    line('5', '').toString('utf8'),
    line('5', '"a":1', hash.toUpperCase()).toString('utf8'),
    line('5', '"a":1', hash, hash.toUpperCase()).toString('utf8'),
    line('5', '"a":1', hash, `${hash}a`).toString('utf8'),
    line('5', '"a":1', hash.slice(1)).toString('utf8'),
  ];
  for (const text of bad) assert.equal(layout(Buffer.from(text)), undefined, text);
});

test('headers and checkpoints are told by what stands right behind the link', () => {
  const kind = (body: string): unknown => {
    const bytes = line('5', body);
    const at = layout(bytes)?.bodyAt ?? 0;
    assert.equal(beginsSummary(bytes, 0), summaryKindAt(bytes, at) !== undefined);
    return summaryKindAt(bytes, at);
  };
  assert.equal(kind('"type":"checkpoint","size":1'), 'checkpoint');
  assert.equal(kind('"type":"header"'), 'header');
  assert.equal(kind('"type":"event"'), undefined);
  assert.equal(kind('"time":"","type":"header"'), undefined);
});

test('a hash is written and compared byte by byte', () => {
  const digest = Uint8Array.from({ length: 32 }, (_, at) => (at * 37 + 5) % 256);
  const bytes = new Uint8Array(70);
  writeHash(bytes, 3, digest);
  assert.equal(Buffer.from(bytes.subarray(3, 67)).toString(), Buffer.from(digest).toString('hex'));
  assert.equal(hashMatches(bytes, 3, digest), true);
  for (let at = 0; at < 32; at += 1) {
    assert.equal(hashMatches(bytes, 3, digest.with(at, (digest[at] ?? 0) ^ 1)), false);
    assert.equal(hashMatches(bytes, 3, digest.with(at, (digest[at] ?? 0) ^ 0x10)), false);
  }
});
