import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zeroAndFree } from '../../../../agent/http/connection/zero-and-free.ts';

test('large memory that is theirs alone is freed at once', () => {
  const bytes = Buffer.alloc(65_536, 'x');
  zeroAndFree(bytes);
  assert.equal(bytes.length, 0);
  assert.ok(bytes.buffer.detached);
  zeroAndFree(bytes);
});

test('a part of memory is zeroed, and what lies beside it stays', () => {
  const whole = Buffer.alloc(65_536, 'x');
  zeroAndFree(whole.subarray(0, 32_768));
  assert.equal(whole.length, 65_536);
  assert.ok(whole.subarray(0, 32_768).every((byte) => byte === 0));
  assert.equal(whole.toString('latin1', 32_768), 'x'.repeat(32_768));
});

test('small memory is zeroed', () => {
  const bytes = Buffer.alloc(100, 'x');
  zeroAndFree(bytes);
  assert.deepEqual(bytes, Buffer.alloc(100));
});
