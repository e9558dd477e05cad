import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Sha256, sha256 } from '../../../src/crypto/sha256.ts';

/** FIPS 180-4 example values as published by NIST (CSRC, "Example Values", SHA256.pdf). */
const published: readonly (readonly [string, string])[] = [
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
];

for (const [message, digest] of published) {
  test(`SHA-256 of ${JSON.stringify(message)} is the published digest, whole and in pieces`, () => {
    const bytes = new TextEncoder().encode(message);
    assert.equal(Buffer.from(sha256(bytes)).toString('hex'), digest);
    const pieces = new Sha256();
    for (const byte of bytes) pieces.update(Uint8Array.of(byte));
    assert.equal(Buffer.from(pieces.digest()).toString('hex'), digest);
  });
}
