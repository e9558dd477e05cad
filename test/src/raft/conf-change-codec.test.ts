import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ConfChange } from '../../../src/raft/conf-change.ts';
import { decodeConfChange, encodeConfChange } from '../../../src/raft/conf-change-codec.ts';

interface Vector {
  readonly name: string;
  readonly transition: ConfChange['transition'];
  readonly changes: ConfChange['changes'];
  readonly context: string;
  readonly bytes: string;
}

const file = join(import.meta.dirname, '../../vectors/conf-change.json');
const vectors = JSON.parse(readFileSync(file, 'utf8')) as readonly Vector[];

function fromHex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));
}

for (const { name, transition, changes, context, bytes } of vectors) {
  test(`golden file: ${name}`, () => {
    const change: ConfChange = { transition, changes, context: fromHex(context) };
    assert.deepEqual(encodeConfChange(change), fromHex(bytes));
    assert.deepEqual(decodeConfChange(fromHex(bytes)), change);
  });
}

const anyChange: fc.Arbitrary<ConfChange> = fc.record(
  {
    transition: fc.constantFrom('auto', 'joint-implicit', 'joint-explicit'),
    changes: fc.array(
      fc.record(
        {
          type: fc.constantFrom('add-voter', 'add-learner', 'remove', 'update'),
          id: fc.integer({ min: 0, max: 4_294_967_295 }),
        },
        { noNullPrototype: true },
      ),
      { maxLength: 255 },
    ),
    context: fc.uint8Array({ maxLength: 64 }),
  },
  { noNullPrototype: true },
);

test('a change reads as it was written, also from the midst of other bytes', () => {
  fc.assert(
    fc.property(anyChange, (change) => {
      const bytes = encodeConfChange(change);
      const around = new Uint8Array(bytes.length + 7);
      around.set(bytes, 5);
      assert.deepEqual(decodeConfChange(around.subarray(5, 5 + bytes.length)), change);
    }),
  );
});

test('bytes that are no change stop the node', () => {
  const broken = ['01', '02 00 00', '01 03 00', '01 00 01 00 000000', '01 00 01 04 00000001'];
  for (const text of broken) {
    assert.throws(() => decodeConfChange(fromHex(text)), /assertion failed/, text);
  }
});

test('what does not fit is never written', () => {
  const context = new Uint8Array();
  const tooMany = Array.from({ length: 256 }, () => ({ type: 'update', id: 1 }) as const);
  assert.throws(
    () => encodeConfChange({ transition: 'auto', changes: tooMany, context }),
    /assertion failed/,
  );
  for (const id of [-1, 1.5, 4_294_967_296]) {
    assert.throws(
      () => encodeConfChange({ transition: 'auto', changes: [{ type: 'remove', id }], context }),
      /assertion failed/,
    );
  }
});
