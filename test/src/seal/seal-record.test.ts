import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { isFailure } from '../../../shared/errors/failure.ts';
import {
  checkFormat,
  decodeCluster,
  encodeCluster,
  encodeFormat,
} from '../../../src/seal/cluster-record.ts';
import {
  commitShare,
  decodeSealRecord,
  encodeSealRecord,
  unwrapRootKey,
  wrapRootKey,
} from '../../../src/seal/seal-record.ts';

interface GoldenSeal {
  readonly threshold: number;
  readonly count: number;
  readonly setId: string;
  readonly unsealKey: string;
  readonly rootKey: string;
  readonly iv: string;
  readonly shares: readonly { readonly index: number; readonly secret: string }[];
  readonly record: string;
}

const hex = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, 'hex'));
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../vectors/${name}`, import.meta.url), 'utf8'));
const { cases } = read('seal-record.json') as { readonly cases: readonly GoldenSeal[] };

for (const each of cases) {
  test(`the record of a ${each.threshold} of ${each.count} seal is the golden one, and opens`, () => {
    const setId = hex(each.setId);
    const commitments = each.shares.map(({ index, secret }) =>
      commitShare(setId, index, hex(secret)),
    );
    const set = { setId, threshold: each.threshold, count: each.count, commitments };
    const wrapped = { rootKey: hex(each.rootKey), iv: hex(each.iv) };
    const record = wrapRootKey(set, hex(each.unsealKey), wrapped);
    assert.equal(Buffer.from(encodeSealRecord(record)).toString('hex'), each.record);
    const stored = decodeSealRecord(hex(each.record));
    assert.deepEqual(stored, record);
    assert.deepEqual(unwrapRootKey(stored, hex(each.unsealKey)), hex(each.rootKey));
    assert.equal(unwrapRootKey(stored, hex(each.rootKey)), undefined, 'another key opens nothing');
  });

  test(`no altered bit of a ${each.threshold} of ${each.count} record goes unnoticed`, () => {
    const record = hex(each.record);
    for (let bit = 0; bit < record.length * 8; bit += 1) {
      const altered = record.slice();
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const stored = decodeSealRecord(altered);
      const opened = stored && unwrapRootKey(stored, hex(each.unsealKey));
      assert.equal(opened, undefined, `bit ${bit}`);
    }
    for (let length = 0; length < record.length; length += 1) {
      assert.equal(decodeSealRecord(record.slice(0, length)), undefined, `${length} bytes`);
    }
    assert.equal(decodeSealRecord(new Uint8Array([...record, 0])), undefined);
  });
}

test('the format and cluster records are the golden ones, and read back', () => {
  const golden = read('cluster-record.json') as Record<string, string>;
  const cluster = {
    id: '00010203-0405-4607-8809-0a0b0c0d0e0f',
    name: 'strongbox-cluster-1a2b3c4d',
    createdMs: 1_893_456_000_000,
  };
  assert.equal(new TextDecoder().decode(encodeFormat()), golden['core/format']);
  assert.equal(new TextDecoder().decode(encodeCluster(cluster)), golden['core/cluster']);
  checkFormat(bytes(golden['core/format'] ?? ''));
  assert.deepEqual(decodeCluster(bytes(golden['core/cluster'] ?? '')), cluster);
  assert.deepEqual(
    decodeCluster(
      bytes(
        JSON.stringify({
          id: cluster.id,
          name: cluster.name,
          created_ms: cluster.createdMs,
          later: true,
        }),
      ),
    ),
    cluster,
    'what a later version adds is left alone',
  );
});

test('a newer data format is refused by its number; an unreadable record by its key', () => {
  assert.throws(
    () => checkFormat(bytes('{"format":2}')),
    (error) => isFailure(error, 'seal.format-newer') && error.parameters['found'] === 2,
  );
  for (const text of ['', '{}', '[]', '1', '{"format":"1"}', '{"format":0}', '{"format":1']) {
    assert.throws(
      () => checkFormat(bytes(text)),
      (error) => isFailure(error, 'seal.record-corrupt') && error.message.includes('core/format'),
    );
  }
  for (const text of ['', '{}', '{"id":1,"name":"n","created_ms":1}', '{"id":"i","name":"n"}']) {
    assert.throws(
      () => decodeCluster(bytes(text)),
      (error) => isFailure(error, 'seal.record-corrupt'),
    );
  }
});
