import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { equalConstantTime } from '../../../src/crypto/compare.ts';
import { hmacSha256, hmacSha256Hex } from '../../../src/crypto/hmac.ts';
import { SecretKey } from '../../../src/crypto/secret-key.ts';

interface WycheproofTest {
  readonly tcId: number;
  readonly key: string;
  readonly msg: string;
  readonly tag: string;
  readonly result: 'valid' | 'invalid';
}

const { tests } = JSON.parse(
  readFileSync(new URL('../../vectors/wycheproof-hmac-sha256.json', import.meta.url), 'utf8'),
) as { readonly tests: readonly WycheproofTest[] };

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

test('HMAC-SHA-256 agrees with every Wycheproof vector, valid and invalid', () => {
  assert.ok(tests.some(({ result }) => result === 'invalid'));
  for (const vector of tests) {
    const mac = hmacSha256(new SecretKey(hex(vector.key)), hex(vector.msg));
    assert.equal(
      equalConstantTime(mac, hex(vector.tag)),
      vector.result === 'valid',
      `${vector.tcId}`,
    );
  }
});

test('the parts are authenticated one after the other', () => {
  const key = new SecretKey(new Uint8Array(32).fill(1));
  const whole = hmacSha256(key, hex('010203'));
  assert.deepEqual(hmacSha256(key, hex('01'), hex(''), hex('0203')), whole);
});

test('a key shorter than 16 bytes is an assertion', () => {
  assert.throws(() => new SecretKey(new Uint8Array(15)), /at least 16 bytes/);
});

test('keys are equal when their bytes are', () => {
  const one = new SecretKey(new Uint8Array(32).fill(1));
  assert.equal(one.equals(new SecretKey(new Uint8Array(32).fill(1))), true);
  assert.equal(one.equals(new SecretKey(new Uint8Array(32).fill(2))), false);
  assert.equal(one.equals(new SecretKey(new Uint8Array(31).fill(1))), false);
});

test('the hexadecimal code of a text is the code of its UTF-8 bytes', () => {
  const key = new SecretKey(new Uint8Array(32).fill(1));
  for (const text of ['', 'app', 'Größe €', '\u{1f511}', 'a\0b', 'x'.repeat(70_000)]) {
    const code = hmacSha256(key, new TextEncoder().encode(text));
    assert.equal(hmacSha256Hex(key, text), Buffer.from(code).toString('hex'));
  }
});
