import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { isFailure } from '../../../shared/errors/failure.ts';
import { type AesContext, openAesGcm, sealAesGcm } from '../../../src/crypto/aes-gcm.ts';
import { SecretKey } from '../../../src/crypto/secret-key.ts';

interface WycheproofTest {
  readonly tcId: number;
  readonly comment: string;
  readonly key: string;
  readonly iv: string;
  readonly aad: string;
  readonly msg: string;
  readonly ct: string;
  readonly tag: string;
  readonly result: 'valid' | 'invalid';
}

const vectors = JSON.parse(
  readFileSync(new URL('../../vectors/wycheproof-aes-256-gcm.json', import.meta.url), 'utf8'),
) as { readonly tests: readonly WycheproofTest[] };

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
/** Seals, and takes the parts that stand behind each other. */
function sealed(
  context: AesContext,
  text: Uint8Array,
): { readonly iv: Uint8Array; readonly tag: Uint8Array; readonly ciphertext: Uint8Array } {
  const all = new Uint8Array(28 + text.length);
  sealAesGcm(context, text, all);
  return { iv: all.slice(0, 12), tag: all.slice(12, 28), ciphertext: all.slice(28) };
}

const refused = (error: unknown): boolean => isFailure(error, 'crypto.authentication-failed');

test('every valid Wycheproof vector with a 12-byte IV seals and opens to the published bytes', () => {
  const valid = vectors.tests.filter(({ result, iv }) => result === 'valid' && iv.length === 24);
  assert.ok(valid.length > 30);
  for (const vector of valid) {
    const key = new SecretKey(hex(vector.key));
    const context = { key, iv: hex(vector.iv), additionalData: hex(vector.aad) };
    const parts = sealed(context, hex(vector.msg));
    assert.equal(Buffer.from(parts.iv).toString('hex'), vector.iv, `${vector.tcId}`);
    assert.equal(Buffer.from(parts.ciphertext).toString('hex'), vector.ct, `${vector.tcId}`);
    assert.equal(Buffer.from(parts.tag).toString('hex'), vector.tag, `${vector.tcId}`);
    assert.equal(Buffer.from(openAesGcm(context, parts)).toString('hex'), vector.msg);
  }
});

test('every invalid Wycheproof vector is refused with the one indistinct failure', () => {
  const invalid = vectors.tests.filter(
    ({ result, iv }) => result === 'invalid' && iv.length === 24,
  );
  assert.ok(invalid.length > 20);
  for (const vector of invalid) {
    const key = new SecretKey(hex(vector.key));
    const context = { key, iv: hex(vector.iv), additionalData: hex(vector.aad) };
    const parts = { ciphertext: hex(vector.ct), tag: hex(vector.tag) };
    assert.throws(() => openAesGcm(context, parts), refused, `${vector.tcId} ${vector.comment}`);
  }
});

test('Wycheproof vectors with an IV of another length than 12 are assertions, valid or not', () => {
  const others = vectors.tests.filter(({ iv }) => iv.length !== 24);
  assert.ok(others.some(({ iv }) => iv.length === 0));
  for (const vector of others) {
    const key = new SecretKey(hex(vector.key));
    const context = { key, iv: hex(vector.iv), additionalData: hex(vector.aad) };
    const parts = { ciphertext: hex(vector.ct), tag: hex(vector.tag) };
    assert.throws(() => openAesGcm(context, parts), /the IV has 12 bytes/);
    assert.throws(() => sealed(context, hex(vector.msg)), /the IV has 12 bytes/);
  }
});

const key = new SecretKey(new Uint8Array(32).fill(7));
const context = { key, iv: new Uint8Array(12).fill(1), additionalData: hex('aadaad') };
const plaintext = hex('00112233445566778899aabbccddeeff00112233');

test('own (GCM usage): a tag cut to any length below 16, or longer, is refused', () => {
  const { ciphertext, tag } = sealed(context, plaintext);
  for (let length = 0; length < 16; length += 1) {
    const cut = { ciphertext, tag: tag.slice(0, length) };
    assert.throws(() => openAesGcm(context, cut), refused, `${length}`);
  }
  const long = { ciphertext, tag: new Uint8Array([...tag, 0]) };
  assert.throws(() => openAesGcm(context, long), refused);
});

test('each flipped bit of ciphertext, tag, IV and additional data is refused', () => {
  const { additionalData } = context;
  const parts = { ...sealed(context, plaintext), additionalData };
  for (const name of ['ciphertext', 'tag', 'iv', 'additionalData'] as const) {
    for (let bit = 0; bit < parts[name].length * 8; bit += 1) {
      const part = parts[name].slice();
      part[bit >> 3] = (part[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const altered = { ...parts, key, [name]: part };
      assert.throws(() => openAesGcm(altered, altered), refused, `${name} bit ${bit}`);
    }
  }
});

test('another key is refused, and a key of another length is an assertion', () => {
  const parts = sealed(context, plaintext);
  const other = { ...context, key: new SecretKey(new Uint8Array(32).fill(8)) };
  assert.throws(() => openAesGcm(other, parts), refused);
  for (const length of [16, 24, 33, 64]) {
    const wrong = { ...context, key: new SecretKey(new Uint8Array(length)) };
    assert.throws(() => sealed(wrong, plaintext), /AES-256 key/);
    assert.throws(() => openAesGcm(wrong, parts), /AES-256 key/);
  }
});

test('a destroyed key cannot be used', () => {
  const dropped = new SecretKey(new Uint8Array(32));
  dropped.destroy();
  assert.throws(() => sealed({ ...context, key: dropped }, plaintext), /destroyed key/);
});

test('a target of another length is an assertion, and the plaintext is a plain array', () => {
  for (const length of [0, 28 + plaintext.length - 1, 28 + plaintext.length + 1]) {
    const target = new Uint8Array(length);
    assert.throws(() => sealAesGcm(context, plaintext, target), /keeps the length/);
    assert.ok(
      target.every((byte) => byte === 0),
      'nothing was written',
    );
  }
  const opened = openAesGcm(context, sealed(context, plaintext));
  assert.equal(Object.getPrototypeOf(opened), Uint8Array.prototype);
});
