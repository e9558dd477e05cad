import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  decodeHistory,
  encodeHistory,
  type NotedEvent,
} from '../../../agent/replica/history-codec.ts';
import { isFailure } from '../../../shared/errors/failure.ts';
import { bytes } from '../../conformance/store/harness.ts';

const number = fc.nat({ max: 2 ** 47 });
const key = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 });
const blob = fc.uint8Array({ maxLength: 40 }).map((value) => new Uint8Array(value));

const plain = { noNullPrototype: true } as const;

const event: fc.Arbitrary<NotedEvent> = number.chain((revision) => {
  const entry = fc.record(
    {
      key,
      value: blob,
      createRevision: number,
      modRevision: fc.constant(revision),
      version: number,
    },
    plain,
  );
  return fc.record(
    {
      revision: fc.constant(revision),
      note: blob,
      changes: fc.array(
        fc.oneof(
          fc.record({ kind: fc.constant('put' as const), entry }, plain),
          fc.record({ kind: fc.constant('delete' as const), key }, plain),
        ),
        { maxLength: 4 },
      ),
    },
    plain,
  );
});

test('a row of the history is read back as it was written', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 4 }), (events) => {
      const decoded = decodeHistory(encodeHistory(events));
      const found = decoded.map((one) => ({ ...one, note: new Uint8Array(one.note) }));
      assert.deepEqual(found, events);
    }),
  );
});

test('a row that was cut or grew is refused', () => {
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 3 }), fc.nat(), (events, cut) => {
      const row = encodeHistory(events);
      for (const damaged of [row.subarray(0, cut % row.length), Buffer.concat([row, row])]) {
        assert.throws(
          () => decodeHistory(damaged),
          (error) => isFailure(error, 'store.corrupt'),
        );
      }
    }),
  );
});

test('the stored form is the one of the golden file', async () => {
  const path = join(import.meta.dirname, '../../vectors/store/history-row.hex');
  const golden = (await readFile(path, 'utf8')).replaceAll(/\s|#.*$/gm, '');
  const entry = {
    key: 'ns/root/x',
    value: bytes('value'),
    createRevision: 3,
    modRevision: 258,
    version: 2,
  };
  const events: NotedEvent[] = [
    { revision: 258, note: bytes('7'), changes: [{ kind: 'put', entry }] },
    { revision: 259, note: new Uint8Array(0), changes: [{ kind: 'delete', key: 'é' }] },
  ];
  assert.equal(encodeHistory(events).toString('hex'), golden);
});
