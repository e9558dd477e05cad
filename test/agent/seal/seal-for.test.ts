import assert from 'node:assert/strict';
import { test } from 'node:test';
import nacl from 'tweetnacl';
import { checkReceiver, sealFor } from '../../../agent/seal/seal-for.ts';
import {
  initBinding,
  initShareName,
  initTokenName,
  shareBindingBytes,
} from '../../../shared/control/sealed-share.ts';
import { isFailure } from '../../../shared/errors/failure.ts';
import { sha256 } from '../../../src/crypto/sha256.ts';
import { SeededRandom } from '../../support/seeded-random.ts';

const pair = nacl.box.keyPair();
const receiver = Buffer.from(pair.publicKey).toString('base64');
const secrets = [
  { name: initShareName(1), bytes: Buffer.from('first') },
  { name: initShareName(2), bytes: Buffer.from('second') },
  { name: initTokenName, bytes: Buffer.from('sbs.token') },
];

function openedByNacl(box: string, sender: string): Buffer {
  const bytes = Buffer.from(box, 'base64');
  const senderKey = Buffer.from(sender, 'base64');
  const nonce = bytes.subarray(0, 24);
  const plaintext = nacl.box.open(bytes.subarray(24), nonce, senderKey, pair.secretKey);
  assert.ok(plaintext !== null);
  return Buffer.from(plaintext);
}

test('the receiver opens each box with NaCl and finds its name bound into it', () => {
  const { sender, boxes } = sealFor(receiver, secrets, new SeededRandom('seal'));
  assert.equal(boxes.length, secrets.length);
  for (const [at, { name, bytes }] of secrets.entries()) {
    const plaintext = openedByNacl(boxes[at] ?? '', sender);
    const expected = Buffer.from(sha256(shareBindingBytes(initBinding(receiver, name))));
    assert.deepEqual(plaintext.subarray(0, 32), expected);
    assert.deepEqual(plaintext.subarray(32), Buffer.from(bytes));
  }
});

test('no nonce is used twice, and what was sealed stays as it was', () => {
  const { boxes } = sealFor(receiver, secrets, new SeededRandom('seal'));
  const nonces = boxes.map((box) => Buffer.from(box, 'base64').subarray(0, 24).toString('hex'));
  assert.equal(new Set(nonces).size, boxes.length);
  assert.deepEqual(
    secrets.map(({ bytes }) => bytes.toString()),
    ['first', 'second', 'sbs.token'],
  );
});

test('a receiver that is no usable public key is refused before anything is made', () => {
  const bad = ['', 'AAAA', 'not base64', Buffer.alloc(32).toString('base64'), `${receiver}A`];
  for (const text of bad) {
    for (const work of [() => checkReceiver(text), () => sealFor(text, secrets, random())]) {
      assert.throws(work, (error) => isFailure(error, 'share.receiver-invalid'));
    }
  }
  checkReceiver(receiver);
});

function random(): SeededRandom {
  return new SeededRandom('unused');
}
