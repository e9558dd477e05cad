import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { utf8Decode, utf8Encode, utf8Length } from '../../../shared/encoding/utf8.ts';

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
