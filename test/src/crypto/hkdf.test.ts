import assert from 'node:assert/strict';
import { test } from 'node:test';

import { hkdfSha256 } from '../../../src/crypto/hkdf.ts';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
const sequence = (from: number, to: number): Uint8Array =>
  Uint8Array.from({ length: to - from }, (_, index) => from + index);

/** RFC 5869, appendix A.1 to A.3. */
const published = [
  {
    name: 'A.1',
    secret: new Uint8Array(22).fill(0x0b),
    salt: sequence(0, 0x0d),
    info: sequence(0xf0, 0xfa),
    output: '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
  },
  {
    name: 'A.2',
    secret: sequence(0, 0x50),
    salt: sequence(0x60, 0xb0),
    info: sequence(0xb0, 0x100),
    output:
      'b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87',
  },
  {
    name: 'A.3',
    secret: new Uint8Array(22).fill(0x0b),
    salt: hex(''),
    info: hex(''),
    output: '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
  },
];

for (const { name, output, ...input } of published) {
  test(`HKDF-SHA-256 gives the output of RFC 5869 ${name}`, () => {
    const made = hkdfSha256(input, output.length / 2);
    assert.equal(Buffer.from(made).toString('hex'), output);
  });
}

test('more output than the RFC allows is an assertion', () => {
  const input = { secret: hex('00'), salt: hex(''), info: hex('') };
  assert.equal(hkdfSha256(input, 8160).length, 8160);
  assert.throws(() => hkdfSha256(input, 8161), /RFC allows/);
  assert.throws(() => hkdfSha256(input, 0), /RFC allows/);
});
