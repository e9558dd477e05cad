import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  compareUtf8,
  utf8Decode,
  utf8Encode,
  utf8Length,
  utf8PrefixLength,
} from '../../../shared/encoding/utf8.ts';

test('utf8Length is the length of the encoded bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.equal(utf8Length(text), utf8Encode(text).length);
    }),
  );
});

test('utf8Decode is strict and keeps a byte order mark', () => {
  assert.equal(utf8Decode(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)), '\ufeffa');
  for (const bytes of [[0xff], [0xc0, 0xae], [0xed, 0xa0, 0x80], [0xe2, 0x82]]) {
    assert.throws(() => utf8Decode(Uint8Array.from(bytes)), TypeError);
  }
});

test('compareUtf8 orders as the bytes do, above U+FFFF too', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', 'é', '\uffee', '\u{10000}', '\u{1f600}'),
  });
  fc.assert(
    fc.property(text, text, (left, right) => {
      const bytes = Buffer.compare(utf8Encode(left), utf8Encode(right));
      assert.equal(Math.sign(compareUtf8(left, right)), bytes);
    }),
    { numRuns: 1_000 },
  );
});

test('utf8PrefixLength ends where strict decoding of one more byte sequence fails', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom(0x61, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0xed, 0xff),
      ),
      (list) => {
        const bytes = Uint8Array.from(list);
        const length = utf8PrefixLength(bytes);
        assert.doesNotThrow(() => utf8Decode(bytes.subarray(0, length)));
        for (let end = length + 1; end <= Math.min(bytes.length, length + 4); end += 1) {
          assert.throws(() => utf8Decode(bytes.subarray(0, end)), TypeError);
        }
      },
    ),
    { numRuns: 2_000 },
  );
});
