import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import nacl from 'tweetnacl';
import { naclPrimitives } from '../../../agent/seal/nacl-primitives.ts';
import { boxKeyOf, openSecretBox, sealSecretBox } from '../../../shared/control/secret-box.ts';

function hex(...parts: readonly string[]): Uint8Array {
  return Uint8Array.from(Buffer.from(parts.join(''), 'hex'));
}

/** The vector of "Cryptography in NaCl" (D. J. Bernstein, 2009), sections 8 to 10. */
const vector = {
  agreed: hex('4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742'),
  key: hex('1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389'),
  nonce: hex('69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37'),
  message: hex(
    'be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a',
    '1ac728d45e6c61296cdc3c01233561f41db66cce314adb310e3be8250c46f06dceea3a7fa1348057',
    'e2f6556ad6b1318a024a838f21af1fde048977eb48f59ffd4924ca1c60902e52f0a089bc76897040',
    'e082f937763848645e0705',
  ),
  box: hex(
    'f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4',
    '476fb8c531a1186ac0dfc17c98dce87b4da7f011ec48c97271d2c20f9b928fe2270d6fb863d51738',
    'b48eeee314a7cc8ab932164548e526ae90224368517acfeabd6bb3732bc0e9da99832b61ca01b6de',
    '56244a9e88d5f9b37973f622a43d14a6599b1f654cb45a74e355a5',
  ),
};

test('the published vector of NaCl: key, box and message', () => {
  const { key, nonce, message, box } = vector;
  assert.deepEqual(boxKeyOf(naclPrimitives, vector.agreed), key);
  assert.deepEqual(sealSecretBox(naclPrimitives, { key, nonce }, message), box);
  assert.deepEqual(openSecretBox(naclPrimitives, { key, nonce }, box), message);
});

test('boxes of any length are those of NaCl, both ways', () => {
  const thirtyTwo = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const nonces = fc.uint8Array({ minLength: 24, maxLength: 24 });
  fc.assert(
    fc.property(thirtyTwo, nonces, fc.uint8Array({ maxLength: 300 }), (key, nonce, message) => {
      const box = nacl.secretbox(message, nonce, key);
      assert.deepEqual(sealSecretBox(naclPrimitives, { key, nonce }, message), box);
      assert.deepEqual(openSecretBox(naclPrimitives, { key, nonce }, box), message);
    }),
    { numRuns: 200 },
  );
});

test('a box with any bit changed, or cut anywhere, does not open', () => {
  const { key, nonce, box } = vector;
  for (let bit = 0; bit < box.length * 8; bit += 5) {
    const changed = Uint8Array.from(box);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.equal(openSecretBox(naclPrimitives, { key, nonce }, changed), undefined);
  }
  for (let length = 0; length < box.length; length += 1) {
    const cut = box.subarray(0, length);
    assert.equal(openSecretBox(naclPrimitives, { key, nonce }, cut), undefined);
  }
});

test('neither sealing nor opening changes what it is given', () => {
  const { key, nonce, message, box } = vector;
  const before = structuredClone(vector);
  sealSecretBox(naclPrimitives, { key, nonce }, message);
  openSecretBox(naclPrimitives, { key, nonce }, box);
  assert.deepEqual(vector, before);
});
