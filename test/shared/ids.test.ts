import assert from 'node:assert/strict';
import { test } from 'node:test';

import { uuidFromBytes } from '../../shared/ids.ts';

test('a UUID has version 4 and the variant of RFC 9562, whatever the bytes', () => {
  assert.equal(uuidFromBytes(new Uint8Array(16)), '00000000-0000-4000-8000-000000000000');
  const ones = new Uint8Array(16).fill(0xff);
  assert.equal(uuidFromBytes(ones), 'ffffffff-ffff-4fff-bfff-ffffffffffff');
  const counting = Uint8Array.from({ length: 16 }, (_, index) => index);
  assert.equal(uuidFromBytes(counting), '00010203-0405-4607-8809-0a0b0c0d0e0f');
  assert.throws(() => uuidFromBytes(new Uint8Array(15)), /assertion failed/u);
});
