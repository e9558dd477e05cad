import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { BoxReceiver, sealShare } from '../../../console/secret-entry/share-box.ts';
import { initShareName, initTokenName } from '../../../shared/control/sealed-share.ts';
import type { SealedShareBox } from '../../../shared/control/methods.ts';
import type { CeremonySnapshot } from '../../../shared/control/topics.ts';
import { type AgentHandle, type Console, Refused, startAgent } from './control-harness.ts';

/** Founds a cluster of so many shares and leaves it sealed. */
async function sealedAgent(agent: AgentHandle, shares = 5, threshold = 3): Promise<string[]> {
  const made = await agent.call('PUT', '/v1/sys/init', {
    body: { secret_shares: shares, secret_threshold: threshold },
  });
  return (made.json as { shares: string[] }).shares;
}

function boxFor(snapshot: CeremonySnapshot, share: string, holder: string): SealedShareBox {
  const { ceremony, nonce, publicKey } = snapshot;
  return sealShare(Buffer.from(share), publicKey, { ceremony, nonce, plan: '', holder });
}

async function enter(console: Console, share: string, holder: string): Promise<CeremonySnapshot> {
  const snapshot = await console.call('ceremony.status', {});
  const box = boxFor(snapshot, share, holder);
  return console.call('ceremony.submit', { nonce: snapshot.nonce, box });
}

async function codeOf(answer: Promise<unknown>): Promise<string | undefined> {
  return answer.then(
    () => undefined,
    (error: unknown) => (error instanceof Refused ? error.code : String(error)),
  );
}

test('shares of two consoles and of HTTP come together, and all see the same', async (t) => {
  const agent = await startAgent(t);
  const shares = await sealedAgent(agent);
  const alice = await agent.dial({ transport: 'tls' });
  const bob = await agent.dial({ transport: 'unix' });
  for (const console of [alice, bob]) await console.call('subscribe', { topic: 'ceremony' });
  await alice.call('presence', { name: 'alice', view: 'ceremony' });
  await bob.call('presence', { name: 'bob', view: 'ceremony' });

  const first = await enter(alice, shares[0] ?? '', 'alice');
  assert.equal(first.state, 'collecting');
  const byHttp = await agent.call('PUT', '/v1/sys/unseal', { body: { key: shares[3] } });
  assert.equal((byHttp.json as { progress: number }).progress, 2);
  const seen = await Promise.all(
    [alice, bob].map((console) =>
      console.update('ceremony', ({ snapshot }) => snapshot.entered.length === 2),
    ),
  );
  assert.deepEqual(seen[0]?.snapshot, seen[1]?.snapshot);
  const { entered, participants, deadlineAtMs } = seen[0]?.snapshot ?? first;
  assert.deepEqual(
    entered.map(({ index, by }) => [index, by]),
    [
      [1, 'alice'],
      [4, undefined],
    ],
  );
  assert.deepEqual(participants.map(({ name, proved }) => [name, proved]).toSorted(), [
    ['alice', false],
    ['bob', false],
  ]);
  assert.ok(deadlineAtMs !== undefined && deadlineAtMs > Date.now());

  const done = await enter(bob, shares[2] ?? '', 'bob');
  assert.equal(done.state, 'done');
  assert.equal(done.publicKey, '');
  assert.deepEqual(done.entered, []);
  const ends = await Promise.all(
    [alice, bob].map((console) =>
      console.update('ceremony', ({ snapshot }) => snapshot.state === 'done'),
    ),
  );
  for (const { snapshot } of ends) {
    const told = snapshot.events.map(({ what, by, detail }) => [what, by, detail]);
    assert.deepEqual(told, [
      ['initialised', undefined, ''],
      ['joined', 'alice', ''],
      ['joined', 'bob', ''],
      ['entered', 'alice', '1'],
      ['entered', undefined, '4'],
      ['entered', 'bob', '3'],
      ['unsealed', undefined, ''],
    ]);
  }
  assert.equal((await agent.call('GET', '/v1/sys/health')).status, 200);

  bob.socket.close();
  await alice.update('ceremony', ({ snapshot }) => snapshot.participants.length === 1);
});

test('a wrong share is named to everybody, whichever way it came, and costs nothing', async (t) => {
  const agent = await startAgent(t);
  const shares = await sealedAgent(agent);
  const strangers = await sealedAgent(await startAgent(t));
  const alice = await agent.dial();
  const bob = await agent.dial();
  await bob.call('subscribe', { topic: 'ceremony' });
  await enter(alice, shares[1] ?? '', 'alice');

  assert.equal(await codeOf(enter(alice, strangers[0] ?? '', 'alice')), 'share.foreign');
  assert.equal(await codeOf(enter(alice, shares[1] ?? '', 'mallory')), 'share.duplicate');
  assert.equal(await codeOf(enter(alice, 'not a share', 'alice')), 'share.malformed');
  await agent.call('PUT', '/v1/sys/unseal', { body: { key: strangers[1] } });
  const { snapshot } = await bob.update('ceremony', ({ snapshot: { events } }) =>
    events.some(({ what, by }) => what === 'refused' && by === undefined),
  );
  const refusals = snapshot.events.filter(({ what }) => what === 'refused');
  assert.deepEqual(
    refusals.map(({ by, detail }) => [by, detail]),
    [
      ['alice', 'share.foreign'],
      ['mallory', 'share.duplicate'],
      ['alice', 'share.malformed'],
      [undefined, 'share.foreign'],
    ],
  );
  assert.equal(snapshot.entered.length, 1);
});

test('a box is good for one attempt, one key and one holder', async (t) => {
  const agent = await startAgent(t);
  const shares = await sealedAgent(agent);
  const alice = await agent.dial();
  const snapshot = await alice.call('ceremony.status', {});
  const { nonce } = snapshot;
  const box = boxFor(snapshot, shares[0] ?? '', 'alice');
  const submit = (given: SealedShareBox, under = nonce): Promise<string | undefined> =>
    codeOf(alice.call('ceremony.submit', { nonce: under, box: given }));

  assert.equal(await submit({ ...box, holder: 'bob' }), 'share.box-foreign');
  assert.equal(await submit(box, 'another nonce'), 'seal.nonce-mismatch');
  assert.equal(await submit({ ...box, ciphertext: box.sender }), 'share.box-unreadable');
  const foreign = { ceremony: 'unseal', nonce: 'another', plan: '', holder: 'alice' };
  const replayed = sealShare(Buffer.from(shares[0] ?? ''), snapshot.publicKey, foreign);
  assert.equal(await submit(replayed), 'share.box-foreign');
  assert.equal(await submit(box), undefined);

  const reset = await alice.call('ceremony.reset', { nonce, reason: 'mistyped' });
  assert.notEqual(reset.publicKey, snapshot.publicKey);
  assert.equal(await submit(box), 'seal.nonce-mismatch');
  assert.equal(await submit(box, reset.nonce), 'share.box-unreadable');
});

test('a reset drops what was entered under a new nonce, and says by whom and why', async (t) => {
  const agent = await startAgent(t);
  const shares = await sealedAgent(agent);
  const alice = await agent.dial();
  const bob = await agent.dial();
  await bob.call('subscribe', { topic: 'ceremony' });
  await alice.call('presence', { name: 'alice', view: 'ceremony' });
  const before = await enter(alice, shares[0] ?? '', 'alice');
  const { nonce, attempt } = before;
  const wrong = alice.call('ceremony.reset', { nonce: 'another', reason: '' });
  assert.equal(await codeOf(wrong), 'seal.nonce-mismatch');
  const after = await alice.call('ceremony.reset', { nonce, reason: 'a share was read aloud' });
  assert.notEqual(after.nonce, nonce);
  assert.equal(after.attempt, attempt + 1);
  assert.equal(after.state, 'waiting');
  assert.equal(after.deadlineAtMs, undefined);
  const { snapshot } = await bob.update(
    'ceremony',
    ({ snapshot: seen }) => seen.nonce === after.nonce,
  );
  const last = snapshot.events.at(-1);
  assert.deepEqual(
    [last?.what, last?.by, last?.detail],
    ['reset', 'alice', 'a share was read aloud'],
  );
});

test('init over the channel gives shares and root token to the receiver alone', async (t) => {
  const agent = await startAgent(t);
  const console = await agent.dial();
  const before = await console.call('ceremony.status', {});
  assert.equal(before.ceremony, 'init');
  const receiver = new BoxReceiver();
  const made = await console.call('ceremony.init', {
    shares: 3,
    threshold: 2,
    receiver: receiver.publicKey,
  });
  assert.equal(made.sealedShares.length, 3);
  const open = (box: string, name: string): string => {
    const bytes = receiver.open(made.sender, box, name);
    assert.ok(bytes !== undefined, name);
    return Buffer.from(bytes).toString();
  };
  const shares = made.sealedShares.map((box, at) => open(box, initShareName(at + 1)));
  const rootToken = open(made.sealedRootToken, initTokenName);
  assert.equal(new BoxReceiver().open(made.sender, made.sealedRootToken, initTokenName), undefined);

  const waiting = await console.call('ceremony.status', {});
  assert.equal(waiting.ceremony, 'unseal');
  assert.equal(waiting.setId, made.setId);
  assert.notEqual(waiting.nonce, before.nonce);
  await enter(console, shares[0] ?? '', 'alice');
  const done = await enter(console, shares[2] ?? '', 'carol');
  assert.equal(done.state, 'done');
  const identity = await console.call('authenticate', { token: rootToken });
  assert.deepEqual(identity.policies, ['root']);

  const log = await readFile(`${agent.folder}/audit/audit.log`, 'utf8');
  for (const secret of [...shares, rootToken]) assert.ok(!log.includes(secret));
});

test('init is refused for a receiver that is none, and then nothing has changed', async (t) => {
  const agent = await startAgent(t);
  const console = await agent.dial();
  const init = (receiver: string): Promise<string | undefined> =>
    codeOf(console.call('ceremony.init', { shares: 3, threshold: 2, receiver }));
  assert.equal(await init('AAAA'), 'share.receiver-invalid');
  assert.equal(await init(Buffer.alloc(32).toString('base64')), 'share.receiver-invalid');
  assert.equal((await console.call('ceremony.status', {})).ceremony, 'init');
  const good = new BoxReceiver().publicKey;
  assert.equal(await init(good), undefined);
  assert.equal(await init(good), 'seal.already-initialised');
});

test('what is entered on an unsealed server changes nothing', async (t) => {
  const agent = await startAgent(t);
  const { shares } = await agent.unsealed();
  const console = await agent.dial();
  const snapshot = await console.call('ceremony.status', {});
  const box = { sender: 'AAAA', nonce: 'AAAA', ciphertext: 'AAAA', holder: 'alice' };
  const after = await console.call('ceremony.submit', { nonce: snapshot.nonce, box });
  assert.equal(after.state, 'done');
  const reset = console.call('ceremony.reset', { nonce: snapshot.nonce, reason: '' });
  assert.equal(await codeOf(reset), 'seal.unsealed');
  assert.equal(shares.length, 3);
});
