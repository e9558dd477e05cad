import assert from 'node:assert/strict';
import { test } from 'node:test';
import nacl from 'tweetnacl';
import { registrationMessage } from '../../../shared/control/operator.ts';
import { isFailure } from '../../../shared/errors/failure.ts';
import type { JsonObject } from '../../../shared/json/value.ts';
import { type CoreHarness, unsealedCore } from '../../support/core-harness.ts';

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

interface Person {
  readonly signing: nacl.SignKeyPair;
  readonly box: nacl.BoxKeyPair;
}

/** Somebody with a key file, made with NaCl's own functions. */
function person(seed: number): Person {
  return {
    signing: nacl.sign.keyPair.fromSeed(new Uint8Array(32).fill(seed)),
    box: nacl.box.keyPair.fromSecretKey(new Uint8Array(32).fill(seed + 1)),
  };
}

function registration(name: string, { signing, box }: Person): JsonObject {
  const keys = { signingKey: signing.publicKey, boxKey: box.publicKey };
  const proof = nacl.sign.detached(registrationMessage(name, keys), signing.secretKey);
  return {
    signing_key: base64(signing.publicKey),
    box_key: base64(box.publicKey),
    proof: base64(proof),
  };
}

const alice = person(1);
const bob = person(7);

async function register(harness: CoreHarness, name: string, body: JsonObject): Promise<number> {
  return (await harness.call('write', `sys/operators/${name}`, body)).status;
}

test('an operator is registered, read, listed, found and forgotten', async () => {
  const harness = await unsealedCore();
  assert.equal(await register(harness, 'alice', registration('alice', alice)), 204);
  assert.equal(await register(harness, 'bob', registration('bob', bob)), 204);
  const read = await harness.data('read', 'sys/operators/alice');
  assert.equal(read['signing_key'], base64(alice.signing.publicKey));
  assert.equal(read['box_key'], base64(alice.box.publicKey));
  assert.equal(read['version'], 1);
  assert.match(read['fingerprint'] as string, /^(?:[0-9a-f]{4}-){3}[0-9a-f]{4}$/u);
  assert.match(read['registered'] as string, /Z$/u);
  assert.deepEqual((await harness.data('list', 'sys/operators'))['keys'], ['alice', 'bob']);
  const found = await harness.built.operators.find('alice');
  assert.deepEqual(found?.signingKey, alice.signing.publicKey);
  assert.deepEqual(found?.boxKey, alice.box.publicKey);
  assert.equal((await harness.call('delete', 'sys/operators/alice')).status, 204);
  assert.equal((await harness.call('delete', 'sys/operators/alice')).status, 204);
  assert.equal((await harness.call('read', 'sys/operators/alice')).status, 404);
  assert.equal(await harness.built.operators.find('alice'), undefined);
});

test('other keys under a name replace the first, and count up', async () => {
  const harness = await unsealedCore();
  await register(harness, 'alice', registration('alice', alice));
  assert.equal(await register(harness, 'alice', registration('alice', bob)), 204);
  assert.equal((await harness.data('read', 'sys/operators/alice'))['version'], 2);
  const found = await harness.built.operators.find('alice');
  assert.deepEqual(found?.signingKey, bob.signing.publicKey);
});

test('without a proof over this name and these keys nothing is registered', async () => {
  const harness = await unsealedCore();
  const good = registration('alice', alice);
  const bad: readonly JsonObject[] = [
    registration('bob', alice),
    { ...good, signing_key: base64(bob.signing.publicKey) },
    { ...good, box_key: base64(bob.box.publicKey) },
    { ...good, proof: base64(new Uint8Array(64)) },
    { ...good, proof: base64(new Uint8Array(63)) },
    { ...good, proof: 'no base64' },
    { ...good, signing_key: base64(new Uint8Array(31)) },
    { ...good, box_key: base64(new Uint8Array(33)) },
    { signing_key: good['signing_key'] ?? '', box_key: good['box_key'] ?? '' },
    {},
  ];
  for (const body of bad) {
    assert.equal(await register(harness, 'alice', body), 400, JSON.stringify(body));
  }
  assert.equal((await harness.call('read', 'sys/operators/alice')).status, 404);
});

test('a box key that everybody could open is refused', async () => {
  const harness = await unsealedCore();
  const box = { ...alice.box, publicKey: new Uint8Array(32) };
  const body = registration('alice', { ...alice, box });
  const answer = await harness.call('write', 'sys/operators/alice', body);
  assert.equal(answer.status, 400);
  assert.match(JSON.stringify(answer.body), /box_key/u);
});

test('a signing key whose signatures anybody can forge is refused', async () => {
  const harness = await unsealedCore();
  const identity = new Uint8Array(32);
  identity[0] = 1;
  const forged = new Uint8Array(64);
  forged[0] = 1;
  const keys = { signingKey: identity, boxKey: alice.box.publicKey };
  const message = registrationMessage('alice', keys);
  assert.ok(nacl.sign.detached.verify(message, forged, identity), 'it verifies as RFC 8032 has it');
  const body = { ...registration('alice', alice), signing_key: base64(identity) };
  assert.equal(await register(harness, 'alice', { ...body, proof: base64(forged) }), 400);
});

test('a name has one spelling, which the proof is over', async () => {
  const harness = await unsealedCore();
  assert.equal(await register(harness, 'Alice', registration('alice', alice)), 204);
  assert.equal((await harness.data('read', 'sys/operators/ALICE'))['name'], 'alice');
  for (const name of ['Alice', 'alice ', 'x/y', '', '../alice', 'a'.repeat(10_000)]) {
    assert.equal(await harness.built.operators.find(name), undefined, name);
  }
  for (const name of ['a:b', 'a%20', 'a%2fb', '.x']) {
    const answer = await harness
      .call('write', `sys/operators/${name}`, registration(name, alice))
      .catch(() => undefined);
    assert.notEqual(answer?.status, 204, name);
  }
  assert.deepEqual((await harness.data('list', 'sys/operators'))['keys'], ['alice']);
});

test('policies decide who registers, and every attempt is in the audit log', async () => {
  const harness = await unsealedCore();
  await harness.policy('self', 'path "sys/operators/alice" { capabilities = ["update"] }');
  const { client_token: token } = await harness.createToken({ policies: ['self'] });
  const status = async (name: string, who: Person): Promise<number> =>
    (await harness.call('write', `sys/operators/${name}`, registration(name, who), token)).status;
  assert.equal(await status('alice', alice), 204);
  assert.equal(await status('bob', bob), 403);
  assert.equal((await harness.call('read', 'sys/operators/alice', undefined, token)).status, 403);
  assert.equal((await harness.call('list', 'sys/operators', undefined, token)).status, 403);
  assert.equal(
    (await harness.call('list', 'sys/operators', undefined, { token: null })).status,
    403,
  );
  const log = JSON.stringify(harness.auditLines());
  assert.match(log, /sys\/operators\/alice/u);
  assert.match(log, /sys\/operators\/bob/u);
});

test('what is stored is sealed, and a sealed node looks nobody up', async () => {
  const harness = await unsealedCore();
  await register(harness, 'alice', registration('alice', alice));
  const { results } = await harness.store.get([{ key: 'ns/root/operators/alice' }]);
  const [result] = results;
  assert.ok(result?.kind === 'entry');
  assert.equal(Buffer.from(result.entry.value).includes(base64(alice.box.publicKey)), false);
  await harness.call('write', 'sys/seal');
  await assert.rejects(harness.built.operators.find('alice'), (error) =>
    isFailure(error, 'request.sealed'),
  );
  await harness.unseal();
  assert.equal((await harness.built.operators.find('alice'))?.name, 'alice');
});
