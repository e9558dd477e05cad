import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlatformKey } from '../../../console/keys/platform-keys.ts';
import { registrationMessage } from '../../../shared/control/operator.ts';
import { challengeMessage } from '../../../shared/control/sealed-share.ts';
import { type AgentHandle, Refused, startAgent } from './control-harness.ts';

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

async function register(agent: AgentHandle, token: string, name: string): Promise<PlatformKey> {
  const signing = PlatformKey.generate('ed25519');
  const box = PlatformKey.generate('x25519');
  const keys = { signingKey: signing.publicKey, boxKey: box.publicKey };
  const body = {
    signing_key: base64(keys.signingKey),
    box_key: base64(keys.boxKey),
    proof: base64(signing.sign(registrationMessage(name, keys))),
  };
  const answer = await agent.call('PUT', `/v1/sys/operators/${name}`, { token, body });
  assert.ok(answer.status < 300, answer.text);
  return signing;
}

async function codeOf(answer: Promise<unknown>): Promise<string | undefined> {
  return answer.then(
    () => undefined,
    (error: unknown) => (error instanceof Refused ? error.code : String(error)),
  );
}

test("an operator's key proves the name that others see", async (t) => {
  const agent = await startAgent(t);
  const { rootToken } = await agent.unsealed();
  const key = await register(agent, rootToken, 'alice');
  const console = await agent.dial();
  await console.call('presence', { name: 'alice', view: 'cluster' });
  const before = await console.call('ceremony.status', {});
  assert.equal(before.participants[0]?.proved, false);

  const { nonce } = await console.call('challenge', {});
  const signature = base64(key.sign(challengeMessage(nonce, 'alice')));
  const identity = await console.call('prove', { operator: 'alice', signature });
  assert.equal(identity.operator, 'alice');
  assert.equal(identity.accessor, undefined);
  await console.call('presence', { name: 'alice', view: 'cluster' });
  await console.call('authenticate', { token: rootToken });
  const after = await console.call('ceremony.status', {});
  assert.equal(after.participants[0]?.proved, true);
  await console.call('presence', { name: 'bob', view: 'cluster' });
  assert.equal((await console.call('ceremony.status', {})).participants[0]?.proved, false);
});

test('a signature is good for one challenge, one socket and one name', async (t) => {
  const agent = await startAgent(t);
  const { rootToken } = await agent.unsealed();
  const key = await register(agent, rootToken, 'alice');
  await register(agent, rootToken, 'bob');
  const console = await agent.dial();
  const other = await agent.dial();
  const prove = (operator: string, signature: string): Promise<string | undefined> =>
    codeOf(console.call('prove', { operator, signature }));
  const signed = (nonce: string, operator = 'alice'): string =>
    base64(key.sign(challengeMessage(nonce, operator)));

  assert.equal(await prove('alice', signed('none was asked for')), 'control.challenge-missing');
  const { nonce } = await console.call('challenge', {});
  const foreign = await other.call('challenge', {});
  assert.notEqual(nonce, foreign.nonce);
  assert.equal(await prove('alice', signed(foreign.nonce)), 'control.operator-refused');
  assert.equal(await prove('alice', signed(nonce)), 'control.challenge-missing');
  for (const name of ['bob', 'nobody', '../alice']) {
    const again = await console.call('challenge', {});
    assert.equal(await prove(name, signed(again.nonce, name)), 'control.operator-refused', name);
  }
  const last = await console.call('challenge', {});
  assert.equal(await prove('alice', 'AAAA'), 'control.operator-refused');
  assert.equal(await prove('alice', signed(last.nonce)), 'control.challenge-missing');
});
