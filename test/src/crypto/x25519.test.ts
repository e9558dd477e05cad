import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import nacl from 'tweetnacl';
import { AgreementKey } from '../../../src/crypto/x25519.ts';

function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

function toHex(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('hex');
}

test('Bob of RFC 7748 section 6.1 has that public key and agrees with Alice', () => {
  const bob = new AgreementKey(
    hex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb'),
  );
  assert.equal(
    toHex(bob.publicKey),
    'de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f',
  );
  const alice = hex('8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a');
  assert.equal(
    toHex(bob.agree(alice)),
    '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742',
  );
});

test('the first vector of RFC 7748 section 5.2', () => {
  const key = new AgreementKey(
    hex('a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4'),
  );
  const point = hex('e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c');
  assert.equal(
    toHex(key.agree(point)),
    'c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552',
  );
});

test('any two keys agree as they do in NaCl, and leave what they were made of', () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(bytes, bytes, (one, two) => {
      const [first, second] = [new AgreementKey(one), new AgreementKey(two)];
      const expected = toHex(nacl.scalarMult(one, nacl.scalarMult.base(two)));
      assert.equal(toHex(first.agree(second.publicKey)), expected);
      assert.equal(toHex(second.agree(first.publicKey)), expected);
    }),
    { numRuns: 20 },
  );
});

test('with a public key of low order there is no agreement', () => {
  const key = new AgreementKey(new Uint8Array(32).fill(7));
  const points = ['00'.repeat(32), `01${'00'.repeat(31)}`, `ed${'ff'.repeat(30)}7f`];
  for (const point of points) assert.equal(key.agree(hex(point)), undefined, point);
});

test('keys of another size, and a destroyed one, are programmer errors', () => {
  assert.throws(() => new AgreementKey(new Uint8Array(31)), /32 bytes/u);
  const key = new AgreementKey(new Uint8Array(32).fill(7));
  assert.throws(() => key.agree(new Uint8Array(33)), /32 bytes/u);
  key.destroy();
  assert.throws(() => key.agree(key.publicKey), /destroyed/u);
});
