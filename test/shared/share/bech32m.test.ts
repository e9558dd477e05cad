import assert from 'node:assert/strict';
import { test } from 'node:test';

import { decodeBech32m, encodeBech32m } from '../../../shared/share/bech32m.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** BIP 350, "Test vectors for Bech32m": valid strings whose data is a whole number of bytes. */
const valid: readonly (readonly [string, string, string])[] = [
  ['A1LQFN3A', 'a', ''],
  ['a1lqfn3a', 'a', ''],
  [
    'an83characterlonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11sg7hg6',
    'an83characterlonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber1',
    '',
  ],
  [
    'abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx',
    'abcdef',
    'ffbbcdeb38bdab49ca307b9ac5a928398a418820',
  ],
  [
    'split1checkupstagehandshakeupstreamerranterredcaperredlc445v',
    'split',
    'c5f38b70305f519bf66d85fb6cf03058f3dde463ecd7918f2dc743918f2d',
  ],
  ['?1v759aa', '?', ''],
];

for (const [text, prefix, data] of valid) {
  test(`the BIP 350 text ${text} decodes to its data and is made from it again`, () => {
    const result = decodeBech32m(bytes(prefix), bytes(text));
    assert.equal(result.kind, 'ok');
    assert.equal(Buffer.from(result.bytes).toString('hex'), data);
    const made = encodeBech32m(bytes(prefix), result.bytes);
    assert.equal(new TextDecoder().decode(made), text.toLowerCase());
  });
}

/**
 * Invalid strings of BIP 350 that a decoder with a known prefix can be given, and two of our own.
 */
const invalid: readonly (readonly [string, string, string])[] = [
  ['M1VUXWEZ', 'm', 'checksum'],
  ['y1b0jsk6g', 'y', 'alphabet'],
  ['lt1igcx5c0', 'lt', 'alphabet'],
  ['mm1crxm3i', 'mm', 'alphabet'],
  ['au1s5cgom', 'au', 'alphabet'],
  ['a1lqfN3a', 'a', 'case'],
  ['b1lqfn3a', 'a', 'checksum'],
];

for (const [text, prefix, kind] of invalid) {
  test(`the text ${text} is refused for its ${kind}`, () => {
    assert.equal(decodeBech32m(bytes(prefix), bytes(text)).kind, kind);
  });
}
