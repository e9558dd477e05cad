import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { SigningKey, VerifyingKey } from '../../../src/crypto/ed25519.ts';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

/** RFC 8032, section 7.1, tests 1 to 3: seed, public key, message, signature. */
const published: readonly (readonly [string, string, string, string])[] = [
  [
    '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ],
  [
    '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  ],
  [
    'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    'af82',
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  ],
];

for (const [index, [seed, publicKey, message, signature]] of published.entries()) {
  test(`Ed25519 makes and verifies the signature of RFC 8032 test ${index + 1}`, () => {
    const key = new SigningKey(hex(seed));
    assert.equal(Buffer.from(key.publicKey).toString('hex'), publicKey);
    assert.equal(Buffer.from(key.sign(hex(message))).toString('hex'), signature);
    assert.equal(new VerifyingKey(hex(publicKey)).verify(hex(message), hex(signature)), true);
  });
}

interface WycheproofTest {
  readonly tcId: number;
  readonly pk: string;
  readonly msg: string;
  readonly sig: string;
  readonly result: 'valid' | 'invalid';
}

test('verification agrees with every Wycheproof vector, valid and invalid', () => {
  const file = new URL('../../vectors/wycheproof-ed25519.json', import.meta.url);
  const { tests } = JSON.parse(readFileSync(file, 'utf8')) as { tests: readonly WycheproofTest[] };
  for (const vector of tests) {
    const verified = new VerifyingKey(hex(vector.pk)).verify(hex(vector.msg), hex(vector.sig));
    assert.equal(verified, vector.result === 'valid', `${vector.tcId}`);
  }
});

/**
 * The encodings of the eight points of small order, and two that are no canonical ones (Chalkias et
 * al., "Taming the many EdDSAs", 2020, table 1). A verifier that takes such a key takes one
 * signature for all messages: whoever registers it lets everybody prove the name.
 */
const smallOrder = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
].flatMap((point) => [hex(point), withSign(hex(point))]);

function withSign(point: Uint8Array): Uint8Array {
  return point.with(31, (point[31] ?? 0) | 0x80);
}

test('a public key of small order verifies nothing, whatever the message', () => {
  for (const publicKey of smallOrder) {
    const key = new VerifyingKey(publicKey);
    for (const point of smallOrder) {
      const signature = new Uint8Array(64);
      signature.set(point);
      for (let message = 0; message < 8; message += 1) {
        assert.equal(key.verify(new Uint8Array([message]), signature), false);
      }
    }
  }
});

test('a destroyed signing key cannot be used', () => {
  const key = new SigningKey(new Uint8Array(32));
  key.destroy();
  assert.throws(() => key.sign(new Uint8Array()), /destroyed key/);
});
