import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import nacl from 'tweetnacl';
import { makeKeyFile, openKeyFile, parseKeyFile } from '../../../console/keys/key-file.ts';
import type { OperatorKey } from '../../../console/keys/operator-key.ts';
import {
  type ChallengeBinding,
  challengeMessage,
  registrationMessage,
} from '../../../shared/control/operator.ts';
import { isFailure } from '../../../shared/errors/failure.ts';

interface Golden {
  readonly passphrase: string;
  readonly signingSeed: string;
  readonly boxSecret: string;
  readonly fingerprint: string;
  readonly proofForAlice: string;
  readonly challengeForAlice: { readonly binding: ChallengeBinding; readonly signature: string };
  readonly file: Readonly<Record<string, unknown>> & {
    readonly nonce: string;
    readonly kdf: Readonly<Record<string, unknown>> & { readonly salt: string };
  };
}

const golden = JSON.parse(
  readFileSync(new URL('../../vectors/operator-key.json', import.meta.url), 'utf8'),
) as Golden;
const passphrase = Buffer.from(golden.passphrase);
const name = 'the file';

function textOf(file: object): Buffer {
  return Buffer.from(JSON.stringify(file));
}

function open(file: object, phrase: Uint8Array = passphrase): Promise<OperatorKey> {
  return openKeyFile(parseKeyFile(textOf(file), name), phrase, name);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function inputs(): Parameters<typeof makeKeyFile>[1] {
  return {
    secrets: Uint8Array.from(Buffer.from(golden.signingSeed + golden.boxSecret, 'hex')),
    salt: Buffer.from(golden.file.kdf.salt, 'base64'),
    nonce: Buffer.from(golden.file.nonce, 'base64'),
    costs: { memoryKib: 256, passes: 3, lanes: 4 },
  };
}

test('the golden file is written byte for byte, and its secrets are zeroed', async () => {
  const given = inputs();
  const { text, key } = await makeKeyFile(passphrase, given);
  assert.equal(text, `${JSON.stringify(golden.file, undefined, 2)}\n`);
  assert.equal(key.fingerprint, golden.fingerprint);
  assert.ok(given.secrets.every((byte) => byte === 0));
});

test('the golden file opens, and signs what it says', async () => {
  const key = await open(golden.file);
  assert.equal(key.fingerprint, golden.fingerprint);
  assert.equal(base64(key.signRegistration('alice')), golden.proofForAlice);
  const { binding, signature } = golden.challengeForAlice;
  assert.equal(base64(key.signChallenge(binding)), signature);
});

test('signatures and agreements are those that NaCl verifies', async () => {
  const key = await open(golden.file);
  const { signingKey, boxKey } = key.publicKeys;
  const { binding } = golden.challengeForAlice;
  const messages = [
    [registrationMessage('bob', key.publicKeys), key.signRegistration('bob')],
    [challengeMessage(binding), key.signChallenge(binding)],
  ] as const;
  for (const [message, signature] of messages) {
    assert.ok(nacl.sign.detached.verify(message, signature, signingKey));
  }
  const other = nacl.box.keyPair();
  const agreed = nacl.scalarMult(other.secretKey, boxKey);
  assert.deepEqual(Buffer.from(key.agree(other.publicKey) ?? []), Buffer.from(agreed));
});

test('white space around a pass-phrase does not count; anything else does', async () => {
  assert.ok(await open(golden.file, Buffer.from(` ${golden.passphrase}\r\n`)));
  for (const wrong of [golden.passphrase.toUpperCase(), `${golden.passphrase}.`, '']) {
    await assert.rejects(open(golden.file, Buffer.from(wrong)), (error) =>
      isFailure(error, 'operator.passphrase-wrong'),
    );
  }
});

test('a short pass-phrase makes no file', async () => {
  await assert.rejects(makeKeyFile(Buffer.from('  elevenchars '), inputs()), (error) =>
    isFailure(error, 'operator.passphrase-short'),
  );
});

test('other public keys than those of the secret ones are found out', async () => {
  const other = base64(new Uint8Array(32).fill(3));
  for (const part of ['signing_key', 'box_key']) {
    await assert.rejects(open({ ...golden.file, [part]: other }), (error) =>
      isFailure(error, 'operator.file-malformed'),
    );
  }
});

test('what is no key file, or asks for too much, is refused before any work', () => {
  const kdf = (part: object): object => ({ ...golden.file, kdf: { ...golden.file.kdf, ...part } });
  const bad: readonly object[] = [
    {},
    [],
    { ...golden.file, format: 'strongbox/operator-key/2' },
    { ...golden.file, signing_key: 'AAAA' },
    { ...golden.file, box_key: 7 },
    { ...golden.file, nonce: 'no base64!' },
    { ...golden.file, secret: base64(new Uint8Array(79)) },
    { ...golden.file, secret: 'A'.repeat(1_000_000) },
    { ...golden.file, kdf: null },
    kdf({ name: 'scrypt' }),
    kdf({ version: 16 }),
    kdf({ memory_kib: 1_048_577 }),
    kdf({ memory_kib: 31 }),
    kdf({ passes: 0 }),
    kdf({ passes: 1.5 }),
    kdf({ passes: 17 }),
    kdf({ lanes: 0 }),
    kdf({ lanes: '4' }),
    kdf({ salt: base64(new Uint8Array(15)) }),
  ];
  for (const file of bad) {
    assert.throws(
      () => parseKeyFile(textOf(file), name),
      (error) => isFailure(error, 'operator.file-malformed'),
      JSON.stringify(file).slice(0, 200),
    );
  }
  assert.throws(
    () => parseKeyFile(Buffer.from('not json'), name),
    (error) => isFailure(error, 'operator.file-malformed'),
  );
});
