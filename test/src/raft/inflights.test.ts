import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Inflights } from '../../../src/raft/inflights.ts';

const anyStep = fc.oneof(
  fc.record({ kind: fc.constant('add'), gap: fc.integer({ min: 1, max: 3 }), bytes: fc.nat(40) }),
  fc.record({ kind: fc.constant('free'), gap: fc.integer({ min: 0, max: 9 }), bytes: fc.nat(0) }),
  fc.record({ kind: fc.constant('reset'), gap: fc.nat(0), bytes: fc.nat(0) }),
);

test('the window is what a list of messages would be', () => {
  const limits = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 100 }));
  fc.assert(
    fc.property(limits, fc.array(anyStep, { maxLength: 60 }), ([messagesMax, bytesMax], steps) => {
      const inflights = new Inflights(messagesMax, bytesMax);
      let model: { index: number; bytes: number }[] = [];
      let index = 0;
      for (const { kind, gap, bytes } of steps) {
        if (kind === 'reset') {
          inflights.reset();
          model = [];
        } else if (kind === 'free') {
          inflights.freeTo(index - gap);
          model = model.filter((sent) => sent.index > index - gap);
        } else if (inflights.isFull) {
          assert.throws(() => inflights.add(index + gap, bytes), /assertion failed/);
        } else {
          index += gap;
          inflights.add(index, bytes);
          model.push({ index, bytes });
        }
        const total = model.reduce((sum, sent) => sum + sent.bytes, 0);
        assert.equal(inflights.count, model.length);
        assert.equal(inflights.isFull, model.length >= messagesMax || total >= bytesMax);
      }
    }),
  );
});

test('one message may go over the limit of bytes, the next may not', () => {
  const inflights = new Inflights(10, 100);
  inflights.add(1, 99);
  assert.equal(inflights.isFull, false);
  inflights.add(2, 5_000);
  assert.equal(inflights.isFull, true);
  inflights.freeTo(1);
  assert.equal(inflights.isFull, true);
  inflights.freeTo(2);
  assert.equal(inflights.isFull, false);
});

test('messages out of order are a fault', () => {
  const inflights = new Inflights(10, 100);
  inflights.add(5, 1);
  assert.throws(() => inflights.add(5, 1), /assertion failed/);
});
