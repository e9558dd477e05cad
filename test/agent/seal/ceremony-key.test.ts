import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import nacl from 'tweetnacl';
import { CeremonyKey } from '../../../agent/seal/ceremony-key.ts';
import type { SealedShareBox } from '../../../shared/control/methods.ts';
import { type ShareBinding, shareBindingBytes } from '../../../shared/control/sealed-share.ts';
import { isFailure } from '../../../shared/errors/failure.ts';
import type { ErrorCode } from '../../../shared/errors/registry.ts';
import { sha256 } from '../../../src/crypto/sha256.ts';
import { SeededRandom } from '../../support/seeded-random.ts';

const binding: ShareBinding = { ceremony: 'unseal', nonce: 'n-1', plan: '', holder: 'bob' };
const text = Buffer.from('sbx1canary-of-a-share');

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** What a console of anybody else's making sends, by NaCl's own functions. */
function boxFor(publicKey: string, plaintext: Uint8Array, holder = 'bob'): SealedShareBox {
  const pair = nacl.box.keyPair();
  const nonce = nacl.randomBytes(24);
  const receiver = Buffer.from(publicKey, 'base64');
  const ciphertext = nacl.box(plaintext, nonce, receiver, pair.secretKey);
  const [sender, nonceText] = [base64(pair.publicKey), base64(nonce)];
  return { sender, nonce: nonceText, ciphertext: base64(ciphertext), holder };
}

function bound(share: Uint8Array, to: ShareBinding = binding): Uint8Array {
  return Buffer.concat([sha256(shareBindingBytes(to)), share]);
}

function assertRefused(work: () => unknown, code: ErrorCode): void {
  assert.throws(work, (error) => isFailure(error, code));
}

const key = new CeremonyKey(new SeededRandom('ceremony'));
const good = boxFor(key.publicKey, bound(text));

test('a box that NaCl made for the key and the binding gives the text of the share', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 128 }), (share) => {
      const box = boxFor(key.publicKey, bound(share));
      assert.deepEqual(Buffer.from(key.open(box, binding)), Buffer.from(share));
    }),
    { numRuns: 60 },
  );
});

test('a box of another ceremony, nonce, plan or holder opens and is refused', () => {
  const others: readonly ShareBinding[] = [
    { ...binding, ceremony: 'init' },
    { ...binding, nonce: 'n-2' },
    { ...binding, plan: 'p' },
  ];
  for (const other of others) {
    const box = boxFor(key.publicKey, bound(text, other));
    assertRefused(() => key.open(box, binding), 'share.box-foreign');
  }
  const bobs = { ...good, holder: 'eve' };
  assertRefused(() => key.open(bobs, { ...binding, holder: 'eve' }), 'share.box-foreign');
});

test('a box for another key is unreadable, and so is one for the key before a reset', () => {
  const next = new CeremonyKey(new SeededRandom('next'));
  assert.notEqual(next.publicKey, key.publicKey);
  assertRefused(() => next.open(good, binding), 'share.box-unreadable');
});

test('a box with any bit changed is unreadable', () => {
  for (const part of ['sender', 'nonce', 'ciphertext'] as const) {
    const bytes = Buffer.from(good[part], 'base64');
    for (let at = 0; at < bytes.length; at += 7) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 7));
      const box = { ...good, [part]: base64(changed) };
      assertRefused(() => key.open(box, binding), 'share.box-unreadable');
    }
  }
});

test('what has another size, or is no base64, is unreadable', () => {
  const bad: readonly Partial<SealedShareBox>[] = [
    { sender: '' },
    { sender: base64(new Uint8Array(31)) },
    { sender: base64(new Uint8Array(33)) },
    { sender: 'not base64' },
    { nonce: base64(new Uint8Array(23)) },
    { nonce: base64(new Uint8Array(25)) },
    { ciphertext: '' },
    { ciphertext: base64(new Uint8Array(15)) },
    { ciphertext: 'A'.repeat(1_000_000) },
  ];
  for (const part of bad) {
    assertRefused(() => key.open({ ...good, ...part }, binding), 'share.box-unreadable');
  }
});

test('a box without a share, or with one too long, is unreadable', () => {
  for (const length of [0, 129]) {
    const box = boxFor(key.publicKey, bound(new Uint8Array(length)));
    assertRefused(() => key.open(box, binding), 'share.box-unreadable');
  }
  const short = boxFor(key.publicKey, new Uint8Array(31));
  assertRefused(() => key.open(short, binding), 'share.box-unreadable');
});

test('a sender of low order, with whom everybody shares the same key, is unreadable', () => {
  const lowOrder = [
    '00'.repeat(32),
    `01${'00'.repeat(31)}`,
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    `ec${'ff'.repeat(30)}7f`,
  ];
  for (const hex of lowOrder) {
    const box = { ...good, sender: base64(Buffer.from(hex, 'hex')) };
    assertRefused(() => key.open(box, binding), 'share.box-unreadable');
  }
});

test('a refusal never tells what was in the box', () => {
  const box = boxFor(key.publicKey, bound(text, { ...binding, nonce: 'n-2' }));
  assert.throws(
    () => key.open(box, binding),
    (error) => error instanceof Error && !JSON.stringify([error, error.message]).includes('canary'),
  );
});
