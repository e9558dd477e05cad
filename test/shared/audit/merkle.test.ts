import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';

import { leafHash, MerkleFrontier, onesOf } from '../../../shared/audit/merkle.ts';

const sha256 = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(bytes).digest());
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Leaves and tree heads of certificate-transparency's tests for RFC 6962. */
const leaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const heads = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

test('RFC 6962: the tree heads of 0 to 8 leaves are the published ones', () => {
  const tree = new MerkleFrontier(sha256);
  assert.equal(hex(tree.root()), heads[0]);
  for (const [at, leaf] of leaves.entries()) {
    tree.append(leafHash(sha256, Buffer.from(leaf, 'hex')));
    assert.equal(hex(tree.root()), heads[at + 1]);
    assert.equal(tree.hashes.length, onesOf(at + 1));
  }
});

/** RFC 6962 section 2.1, as it is written there. */
function oracle(hashes: readonly Uint8Array[]): Uint8Array {
  const [first] = hashes;
  if (first === undefined) return sha256(new Uint8Array(0));
  if (hashes.length === 1) return first;
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  const [left, right] = [oracle(hashes.slice(0, split)), oracle(hashes.slice(split))];
  return sha256(Buffer.concat([Buffer.of(1), left, right]));
}

test('property: the frontier gives the root of the recursive definition, resumed anywhere', () => {
  fc.assert(
    fc.property(fc.nat(300), fc.nat(300), (size, cut) => {
      const hashes = Array.from({ length: size }, (_, at) => sha256(Buffer.from(String(at))));
      const stop = Math.min(cut, size);
      const first = new MerkleFrontier(sha256);
      for (const hash of hashes.slice(0, stop)) first.append(hash);
      const second = new MerkleFrontier(sha256, first.size, first.hashes);
      for (const hash of hashes.slice(stop)) second.append(hash);
      assert.equal(hex(second.root()), hex(oracle(hashes)));
    }),
    { numRuns: 50 },
  );
});

test('a frontier that does not belong to the size is a mistake of ours', () => {
  assert.throws(() => new MerkleFrontier(sha256, 3, [new Uint8Array(32)]), /assertion failed/);
});
