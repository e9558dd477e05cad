import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { base62Length, encodeBase62 } from '../../../shared/encoding/base62.ts';
import {
  decodeBase64,
  decodeBase64Url,
  encodeBase64,
  encodeBase64Bytes,
  encodeBase64Url,
} from '../../../shared/encoding/base64.ts';
import { decodeHex, encodeHex, encodeHexBytes } from '../../../shared/encoding/hex.ts';
import { utf8Encode } from '../../../shared/encoding/utf8.ts';

const anyBytes = fc.uint8Array({ maxLength: 200 });

/** RFC 4648 section 10. */
const RFC_4648 = [
  ['', '', ''],
  ['f', 'Zg==', '66'],
  ['fo', 'Zm8=', '666f'],
  ['foo', 'Zm9v', '666f6f'],
  ['foob', 'Zm9vYg==', '666f6f62'],
  ['fooba', 'Zm9vYmE=', '666f6f6261'],
  ['foobar', 'Zm9vYmFy', '666f6f626172'],
] as const;

test('RFC 4648 vectors, both ways', () => {
  for (const [text, base64, hex] of RFC_4648) {
    const bytes = utf8Encode(text);
    assert.equal(encodeBase64(bytes), base64);
    assert.equal(encodeHex(bytes), hex);
    assert.deepEqual(decodeBase64(base64), bytes);
    assert.deepEqual(decodeHex(hex), bytes);
  }
});

test('encoders and decoders agree with the platform on all bytes', () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      const platform = Buffer.from(bytes);
      assert.equal(encodeBase64(bytes), platform.toString('base64'));
      assert.equal(encodeBase64Url(bytes), platform.toString('base64url'));
      assert.equal(encodeHex(bytes), platform.toString('hex'));
      const plain = Uint8Array.from(bytes);
      assert.deepEqual(decodeBase64(encodeBase64(bytes)), plain);
      assert.deepEqual(decodeBase64(encodeBase64Bytes(bytes)), plain);
      assert.deepEqual(decodeBase64Url(encodeBase64Url(bytes)), plain);
      assert.deepEqual(decodeHex(encodeHexBytes(bytes)), plain);
      assert.deepEqual(decodeHex(encodeHex(bytes).toUpperCase()), plain);
    }),
  );
});

test('every character decodes as the platform says, or is refused', () => {
  const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  for (let code = 0; code < 256; code += 1) {
    const character = String.fromCharCode(code);
    const four = Uint8Array.of(0x41, 0x41, 0x41, code);
    if (base64.includes(character)) {
      assert.deepEqual([...decodeBase64(four)], [0, 0, base64.indexOf(character)]);
    } else if (code !== 0x3d) {
      assert.throws(() => decodeBase64(four), { code: 'encoding.invalid' });
    }
    const two = Uint8Array.of(code, 0x30);
    if (/[0-9a-fA-F]/.test(character)) {
      assert.deepEqual([...decodeHex(two)], [Number.parseInt(character, 16) * 16]);
    } else {
      assert.throws(() => decodeHex(two), { code: 'encoding.invalid' });
    }
  }
});

test('base64 with wrong padding, stray bits, white space or the other alphabet is refused', () => {
  const refused = [
    'A',
    'AA',
    'AAA',
    'A===',
    '====',
    '=',
    '==',
    'AB==',
    'AAB=',
    'AA==AAAA',
    'AA=A',
    'AAAA=',
    'AAAA==',
    'AAAA====',
    ' AAAA',
    'AAAA\n',
    'AA A',
    'AA-_',
    'ÀÀÀÀ',
    'AAA\u{1f600}',
  ];
  for (const text of refused) {
    assert.throws(() => decodeBase64(text), { code: 'encoding.invalid' }, JSON.stringify(text));
  }
  for (const text of ['A', 'AAAAA', 'AA==', 'AAA=', 'AB', 'AAB', 'AA+/', '=']) {
    assert.throws(() => decodeBase64Url(text), { code: 'encoding.invalid' }, JSON.stringify(text));
  }
});

test('one value has one base64 text: what decodes encodes to itself', () => {
  const text = fc.string({ unit: fc.constantFrom(...'AZaz09+/=-_'), maxLength: 9 });
  fc.assert(
    fc.property(text, (given) => {
      let bytes: Uint8Array;
      try {
        bytes = decodeBase64(given);
      } catch {
        return;
      }
      assert.equal(encodeBase64(bytes), given);
    }),
    { numRuns: 5_000 },
  );
});

test('hexadecimal of odd length or with any other character is refused whole', () => {
  for (const text of ['0', '000', '0g', 'g0', '0x00', ' 00', '00 ', '00zz', '0\u0130']) {
    assert.throws(() => decodeHex(text), { code: 'encoding.invalid' }, JSON.stringify(text));
  }
});

test('a refusal names the encoding and none of the input', () => {
  assert.throws(() => decodeHex('hunter2!'), { message: 'not valid hexadecimal' });
});

test('base62 is the big-endian number in a fixed count of digits', () => {
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const text = encodeBase62(bytes);
      assert.equal(text.length, base62Length(bytes.length));
      const back = [...text].reduce((sum, c) => sum * 62n + BigInt(alphabet.indexOf(c)), 0n);
      const number = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
      assert.equal(back, number);
    }),
  );
  assert.equal(base62Length(24), 33);
  assert.equal(encodeBase62(new Uint8Array(1).fill(255)), '47');
});

test('the division of base62 is exact for every value it can meet', () => {
  // One byte after a remainder: a two-byte number whose first byte is below 62.
  for (let value = 0; value < 62 * 256; value += 1) {
    const text = encodeBase62(Uint8Array.of(value >> 8, value & 255));
    assert.equal(text.length, 3);
    const digits = [...text].map((c) => Number.parseInt(c, 36) + (c >= 'a' ? 26 : 0));
    assert.equal(((digits[0] ?? 0) * 62 + (digits[1] ?? 0)) * 62 + (digits[2] ?? 0), value);
  }
});
