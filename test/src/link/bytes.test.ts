import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteReader } from '../../../src/link/byte-reader.ts';
import { ByteWriter } from '../../../src/link/byte-writer.ts';

test('a number at the edge of the room that was there is written whole', () => {
  for (let before = 0; before <= 12; before += 1) {
    const writer = new ByteWriter(4).raw(new Uint8Array(before));
    const bytes = writer.u8(1).u16(2).u32(3).u53(Number.MAX_SAFE_INTEGER).text('é').finish();
    const reader = new ByteReader(bytes.subarray(before));
    assert.deepEqual(
      [reader.u8(), reader.u16(), reader.u32(), reader.u53(), reader.text()],
      [1, 2, 3, Number.MAX_SAFE_INTEGER, 'é'],
    );
    reader.end();
  }
});

test('numbers that do not fit are a fault of the writer', () => {
  for (const write of [
    () => new ByteWriter().u8(256),
    () => new ByteWriter().u16(-1),
    () => new ByteWriter().u32(2 ** 32),
    () => new ByteWriter().u53(2 ** 53),
    () => new ByteWriter().u53(1.5),
  ]) {
    assert.throws(write, /assertion failed/);
  }
});

test('what is read is a copy: the frame may be used again', () => {
  const frame = new ByteWriter().bytes(new Uint8Array([1, 2])).finish();
  const read = new ByteReader(frame).bytes();
  frame.fill(9);
  assert.deepEqual(read, new Uint8Array([1, 2]));
});

test('a text that is not UTF-8 is refused', () => {
  const bytes = new ByteWriter().u16(1).u8(0xff).finish();
  assert.throws(() => new ByteReader(bytes).text(), /not UTF-8/);
});
