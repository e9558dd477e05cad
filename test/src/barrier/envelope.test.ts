import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { additionalData } from '../../../src/barrier/additional-data.ts';
import {
  envelopeOverheadBytes,
  envelopeTerm,
  openEnvelope,
  sealEnvelope,
} from '../../../src/barrier/envelope.ts';
import { openKeyring, sealKeyring } from '../../../src/barrier/keyring-record.ts';
import { SecretKey } from '../../../src/crypto/secret-key.ts';

const hex = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, 'hex'));
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function golden<Shape>(name: string): Shape {
  return JSON.parse(
    readFileSync(new URL(`../../vectors/${name}`, import.meta.url), 'utf8'),
  ) as Shape;
}

interface GoldenEnvelope {
  readonly kek: string;
  readonly term: number;
  readonly namespace: string;
  readonly key: string;
  readonly random: string;
  readonly plaintext: string;
  readonly envelope: string;
}

test('the envelope of a value is the golden one, and the golden one opens', () => {
  for (const each of golden<{ cases: GoldenEnvelope[] }>('envelope.json').cases) {
    const key = new SecretKey(hex(each.kek));
    const bound = additionalData(each.namespace, each.key);
    const random = hex(each.random);
    const made = sealEnvelope({ term: each.term, key }, bound, hex(each.plaintext), random);
    assert.equal(toHex(made), each.envelope);
    assert.ok(
      random.every((byte) => byte === 0),
      'the DEK is zeroed',
    );
    assert.equal(envelopeTerm(hex(each.envelope)), each.term);
    assert.equal(toHex(openEnvelope(key, bound, hex(each.envelope))), each.plaintext);
    assert.equal(made.length, hex(each.plaintext).length + envelopeOverheadBytes);
  }
});

interface GoldenKeyring {
  readonly rootKey: string;
  readonly namespace: string;
  readonly iv: string;
  readonly terms: readonly {
    readonly term: number;
    readonly createdMs: number;
    readonly reservedUses: number;
    readonly kek: string;
  }[];
  readonly record: string;
}

test('the stored keyring is the golden one, and the golden one opens', () => {
  for (const each of golden<{ cases: GoldenKeyring[] }>('keyring.json').cases) {
    const rootKey = new SecretKey(hex(each.rootKey));
    const { namespace } = each;
    const terms = each.terms.map((term) => ({ ...term, kek: hex(term.kek) }));
    assert.equal(toHex(sealKeyring({ rootKey, namespace, iv: hex(each.iv) }, terms)), each.record);
    assert.deepEqual(openKeyring(rootKey, namespace, hex(each.record)), terms);
    assert.equal(openKeyring(rootKey, 'another', hex(each.record)), undefined);
  }
});
