import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isFailure } from '../../../shared/errors/failure.ts';
import { storeKeyBytesMax } from '../../../src/limits.ts';
import { utf8Length } from '../../../shared/encoding/utf8.ts';
import {
  afterSubtree,
  checkKey,
  checkRangeBound,
  compareKeys,
  prefixUpperBound,
  nameOfKey,
} from '../../../src/store/keys.ts';

const text = fc.string({ unit: 'binary', maxLength: 12 });

test('keys are ordered as their UTF-8 bytes are, above U+FFFF too', () => {
  assert.ok(compareKeys('\uFFFD', '\u{1F511}') < 0);
  assert.deepEqual(['\uFFFD', '\u{1F511}'].toSorted(), ['\u{1F511}', '\uFFFD'], 'not JavaScript');
  fc.assert(
    fc.property(text, text, (left, right) => {
      const expected = Buffer.compare(Buffer.from(left), Buffer.from(right));
      assert.equal(Math.sign(compareKeys(left, right)), expected);
    }),
  );
});

test('the length in UTF-8 is that of the bytes', () => {
  fc.assert(
    fc.property(text, (value) => assert.equal(utf8Length(value), Buffer.byteLength(value))),
  );
});

test('afterSubtree sorts behind every key under a prefix and before the keys behind it', () => {
  fc.assert(
    fc.property(text, text, text, (prefix, rest, other) => {
      fc.pre(!rest.includes('\u{10FFFF}') && !other.startsWith(prefix));
      assert.ok(compareKeys(prefix + rest, afterSubtree(prefix)) < 0);
      const side = compareKeys(other, prefix);
      assert.equal(Math.sign(compareKeys(other, afterSubtree(prefix))), Math.sign(side));
    }),
  );
});

test('the upper bound of a prefix divides the keys under it from those behind it', () => {
  fc.assert(
    fc.property(text, text, (prefix, other) => {
      const bound = prefixUpperBound(prefix);
      assert.ok(Buffer.compare(Buffer.from(prefix + other), bound) < 0);
      if (compareKeys(other, prefix) > 0 && !other.startsWith(prefix)) {
        assert.ok(Buffer.compare(Buffer.from(other), bound) > 0);
      }
    }),
  );
});

test('a key is refused when it is empty, too long, not well-formed, or holds U+10FFFF', () => {
  checkKey('a'.repeat(storeKeyBytesMax));
  checkKey('é'.repeat(storeKeyBytesMax / 2));
  checkKey('ns/root/data/x\0m');
  for (const key of ['', '\uD800', 'a\uDC00b', 'a\u{10FFFF}']) {
    assert.throws(
      () => checkKey(key),
      (error) => isFailure(error, 'store.key-invalid'),
    );
  }
  for (const key of ['a'.repeat(storeKeyBytesMax + 1), 'é'.repeat(storeKeyBytesMax / 2 + 1)]) {
    assert.throws(
      () => checkKey(key),
      (error) => isFailure(error, 'store.limit'),
    );
  }
});

test('a bound of a range may be empty, or what lies behind the largest sub-tree', () => {
  checkRangeBound('');
  checkRangeBound(afterSubtree('a'.repeat(storeKeyBytesMax)));
  assert.throws(
    () => checkRangeBound(`b${afterSubtree('a'.repeat(storeKeyBytesMax))}`),
    (error) => isFailure(error, 'store.limit'),
  );
});

test('the name of a key ends with its NUL, and most keys have none', () => {
  assert.equal(nameOfKey('a/b\0m'), 'a/b\0');
  assert.equal(nameOfKey('\0config'), '\0');
  assert.equal(nameOfKey('a\0b\0c'), 'a\0');
  assert.equal(nameOfKey('a/b'), undefined);
});
