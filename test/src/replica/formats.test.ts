import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { isFailure } from '../../../shared/errors/failure.ts';
import { decodeProposal, encodeProposal, stampProposal } from '../../../src/replica/entry-codec.ts';
import {
  checkpointsRecord,
  encodeCheckpoints,
  encodeHead,
  headRecord,
  encodeRemoved,
  loadMachineState,
  removedRecord,
  windowRecord,
} from '../../../src/replica/machine-state.ts';
import { ResultWindow } from '../../../src/replica/result-window.ts';
import { encodeItem, ItemReader, type SnapshotItem } from '../../../src/replica/snapshot-codec.ts';

interface Formats {
  readonly proposals: readonly {
    readonly name: string;
    readonly head: Parameters<typeof encodeProposal>[0];
    readonly stampMs: number;
    readonly body: unknown;
    readonly bytes: string;
  }[];
  readonly items: readonly {
    readonly name: string;
    readonly item: unknown;
    readonly bytes: string;
  }[];
  readonly records: Readonly<Record<'window' | 'head' | 'checkpoints' | 'removed', string>>;
}

const file = join(import.meta.dirname, '../../vectors/replica-formats.json');
const formats = JSON.parse(readFileSync(file, 'utf8')) as Formats;
const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

const bytesNames = ['value', 'note', 'incarnation', 'bytes'];
function withBytes(value: unknown, name = ''): unknown {
  if (typeof value === 'string' && bytesNames.includes(name)) return fromHex(value);
  if (Array.isArray(value)) return value.map((item) => withBytes(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withBytes(item, key)]),
  );
}

for (const { name, head, stampMs, body, bytes } of formats.proposals) {
  test(`golden proposal: ${name}`, () => {
    const plain = withBytes(body) as Parameters<typeof encodeProposal>[1];
    assert.deepEqual(stampProposal(encodeProposal(head, plain), stampMs), fromHex(bytes));
    assert.deepEqual(decodeProposal(fromHex(bytes)), { ...head, stampMs, body: plain });
  });
}

for (const { name, item, bytes } of formats.items) {
  test(`golden item of a snapshot: ${name}`, () => {
    const plain = withBytes(item) as SnapshotItem;
    assert.deepEqual(encodeItem(plain), fromHex(bytes));
    assert.deepEqual(new ItemReader().feed(fromHex(bytes)), [plain]);
  });
}

const records = new Map([
  [headRecord, fromHex(formats.records.head)],
  [checkpointsRecord, fromHex(formats.records.checkpoints)],
  [removedRecord, fromHex(formats.records.removed)],
  [windowRecord(3), fromHex(formats.records.window)],
]);
const source = (changed: ReadonlyMap<string, Uint8Array>) => {
  return { record: (name: string) => changed.get(name), recordNames: () => [...changed.keys()] };
};

test('golden records of a state', () => {
  const state = loadMachineState(source(records));
  assert.ok(state !== undefined);
  assert.deepEqual(state.applied, { term: 6, index: 2_100 });
  assert.deepEqual([state.revision, state.clusterTimeMs], [12, 1_893_456_000_124]);
  assert.deepEqual(
    state.checkpoints.map(({ index }) => index),
    [1_024, 2_048],
  );
  const window = state.windows.get(3);
  assert.ok(window !== undefined);
  assert.deepEqual([window.start, window.size], [9, 2]);
  assert.deepEqual(
    window.resultOf({ start: 9, nonce: window.nonce, sequence: 42 })?.succeeded,
    false,
  );
  assert.deepEqual(window.encode(), records.get(windowRecord(3)));
  assert.deepEqual(state.removed, [2, 9]);
  assert.deepEqual(encodeRemoved(state.removed), records.get(removedRecord));
  assert.deepEqual(encodeHead(state), records.get(headRecord));
  assert.deepEqual(encodeCheckpoints(state.checkpoints), records.get(checkpointsRecord));
});

test('a state without records is new, and a damaged one is named', () => {
  assert.equal(loadMachineState(source(new Map())), undefined);
  for (const name of records.keys()) {
    const damaged = new Map(records).set(name, new Uint8Array([1, 2, 3]));
    assert.throws(
      () => loadMachineState(source(damaged)),
      (error) => isFailure(error, 'replica.state-damaged'),
      name,
    );
  }
});

test('an entry that a later build wrote is told from nonsense', () => {
  const good = fromHex(formats.proposals[0]?.bytes ?? '');
  for (const [at, byte] of [
    [0, 2],
    [1, 9],
  ] as const) {
    const later = good.slice();
    later[at] = byte;
    assert.throws(
      () => decodeProposal(later),
      (error) => isFailure(error, 'replica.entry-unknown'),
    );
  }
  assert.throws(() => decodeProposal(good.slice(0, 58)), /it ends before/);
  const answered = encodeProposal(
    { node: 1, start: 1, nonce: 1, sequence: 5, lowest: 5 },
    { kind: 'start', incarnation: new Uint8Array(16) },
  );
  answered[49] = 6;
  assert.throws(() => decodeProposal(answered), /answered before it is made/);
});

test('any bytes are a proposal, an item or a window, or are refused', () => {
  const isExpected = (error: unknown): boolean =>
    isFailure(error, 'link.frame-invalid') || isFailure(error, 'replica.entry-unknown');
  const read = (run: () => unknown): void => {
    try {
      run();
    } catch (error) {
      assert.ok(isExpected(error), String(error));
    }
  };
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (noise, isHeaded) => {
      const bytes = isHeaded ? new Uint8Array([1, 1, ...noise]) : new Uint8Array(noise);
      read(() => decodeProposal(bytes));
      read(() => new ItemReader().feed(bytes));
      read(() => ResultWindow.decode(bytes));
    }),
    { numRuns: 1_500 },
  );
});

test('items read the same however the stream is cut', () => {
  const items = formats.items.map(({ item }) => withBytes(item) as SnapshotItem);
  const stream = new Uint8Array(items.flatMap((item) => [...encodeItem(item)]));
  for (let size = 1; size <= stream.length; size += 1) {
    const reader = new ItemReader();
    const read: SnapshotItem[] = [];
    for (let at = 0; at < stream.length; at += size) {
      read.push(...reader.feed(stream.slice(at, at + size)));
    }
    assert.deepEqual(read, items);
    assert.ok(reader.isAtEnd);
  }
});
