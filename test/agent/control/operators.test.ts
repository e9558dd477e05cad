import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { ControlPlace } from '../../../console/client/control-dial.ts';
import { ControlRefusal } from '../../../console/client/control-problem.ts';
import { ControlSession } from '../../../console/client/control-session.ts';
import { tokenCheckMs } from '../../../agent/control/limits.ts';
import { PlatformKey } from '../../../console/keys/platform-keys.ts';
import {
  type ChallengeBinding,
  challengeMessage,
  registrationMessage,
} from '../../../shared/control/operator.ts';
import {
  type AgentHandle,
  Refused,
  startAgent,
  type Transport,
  transports,
} from './control-harness.ts';

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
    (error: unknown) => {
      if (error instanceof ControlRefusal) return error.problem.code;
      return error instanceof Refused ? error.code : String(error);
    },
  );
}

/** Signs for the agent, as a console without TLS does, but for what the test puts in its place. */
async function signer(
  agent: AgentHandle,
  key: PlatformKey,
): Promise<(nonce: string, changes?: Partial<ChallengeBinding>) => string> {
  const status = (await agent.call('GET', '/v1/sys/seal-status')).json as { cluster_id: string };
  const binding = {
    clusterId: status.cluster_id,
    node: 'node-1',
    connection: '',
    operator: 'alice',
  };
  return (nonce, changes) => base64(key.sign(challengeMessage({ ...binding, nonce, ...changes })));
}

/** A session of the product's own client. */
async function dialAsConsole(
  t: TestContext,
  { agent, folder }: AgentHandle,
  transport: Transport,
): Promise<ControlSession> {
  const quiet = { onUpdate: () => undefined, onHeard: () => undefined, onEnd: () => undefined };
  const session = await ControlSession.dial(placeOf(agent, folder, transport), quiet);
  t.after(() => session.close());
  return session;
}

function placeOf(
  { addresses: [tls = '', tcp = ''], authorityPath = '' }: AgentHandle['agent'],
  folder: string,
  transport: Transport,
): ControlPlace {
  const source = 'the test';
  if (transport === 'unix') {
    return { endpoint: { kind: 'socket', path: join(folder, 'sb.sock'), source }, tls: {} };
  }
  const secure = transport === 'tls';
  const port = Number(new URL(secure ? tls : tcp).port);
  return {
    endpoint: { kind: 'url', secure, host: '127.0.0.1', port, base: '', source },
    tls: secure ? { ca: [readFileSync(authorityPath)] } : {},
  };
}

test("an operator's key proves the name that others see", async (t) => {
  const agent = await startAgent(t);
  const { rootToken } = await agent.unsealed();
  const key = await register(agent, rootToken, 'alice');
  const console = await agent.dial();
  await console.call('presence', { name: 'alice', view: 'cluster' });
  const before = await console.call('ceremony.status', {});
  assert.equal(before.participants[0]?.proved, false);

  const sign = await signer(agent, key);
  const { nonce } = await console.call('challenge', {});
  const signature = sign(nonce);
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
  const sign = await signer(agent, key);

  assert.equal(await prove('alice', sign('none was asked for')), 'control.challenge-missing');
  const { nonce } = await console.call('challenge', {});
  const foreign = await other.call('challenge', {});
  assert.notEqual(nonce, foreign.nonce);
  assert.equal(await prove('alice', sign(foreign.nonce)), 'control.operator-refused');
  assert.equal(await prove('alice', sign(nonce)), 'control.challenge-missing');
  for (const name of ['bob', 'nobody', '../alice']) {
    const again = await console.call('challenge', {});
    assert.equal(
      await prove(name, sign(again.nonce, { operator: name })),
      'control.operator-refused',
      name,
    );
  }
  const last = await console.call('challenge', {});
  assert.equal(await prove('alice', 'AAAA'), 'control.operator-refused');
  assert.equal(await prove('alice', sign(last.nonce)), 'control.challenge-missing');
});

test('a console proves a name on every transport, and an agent between it and another cannot', async (t) => {
  const agent = await startAgent(t);
  const { rootToken } = await agent.unsealed();
  const key = await register(agent, rootToken, 'alice');
  const sign = await signer(agent, key);
  for (const transport of transports) {
    const console = await dialAsConsole(t, agent, transport);
    const asked = await console.challenge();
    assert.equal(asked.connection !== '', transport === 'tls');
    const signature = sign(asked.nonce, asked);
    const { operator } = await console.call('prove', { operator: 'alice', signature });
    assert.equal(operator, 'alice', transport);
  }
  // The agent in the middle has a connection of its own to the one whose challenge it passes on.
  const victim = await dialAsConsole(t, agent, 'tls');
  for (const transport of transports) {
    const relay = await dialAsConsole(t, agent, transport);
    const { nonce } = await relay.challenge();
    const signature = sign(nonce, { connection: (await victim.challenge()).connection });
    const proved = relay.call('prove', { operator: 'alice', signature });
    assert.equal(await codeOf(proved), 'control.operator-refused', transport);
  }
});

test('the mark stands beside the name that the socket has proved last, and no other', async (t) => {
  const agent = await startAgent(t);
  const { rootToken } = await agent.unsealed();
  const console = await agent.dial();
  const { participant } = await console.call('presence', { name: 'alice', view: 'cluster' });
  const isProved = async (): Promise<boolean | undefined> => {
    const { participants } = await console.call('ceremony.status', {});
    return participants.find(({ id }) => id === participant)?.proved;
  };
  const proves = async (operator: string): Promise<void> => {
    const sign = await signer(agent, await register(agent, rootToken, operator));
    const { nonce } = await console.call('challenge', {});
    await console.call('prove', { operator, signature: sign(nonce, { operator }) });
  };
  await proves('alice');
  assert.equal(await isProved(), true, 'at once');
  await proves('bob');
  assert.equal(await isProved(), false, 'nobody looks after the key of alice any more');
});

test('an answer to a challenge is good for this node of this cluster alone', async (t) => {
  const agent = await startAgent(t);
  const { rootToken } = await agent.unsealed();
  const key = await register(agent, rootToken, 'alice');
  const sign = await signer(agent, key);
  const console = await agent.dial();
  const others: readonly Partial<ChallengeBinding>[] = [
    { clusterId: 'another' },
    { node: 'node-2' },
    { connection: base64(new Uint8Array(32)) },
  ];
  for (const changes of others) {
    const { nonce } = await console.call('challenge', {});
    const proved = console.call('prove', { operator: 'alice', signature: sign(nonce, changes) });
    assert.equal(await codeOf(proved), 'control.operator-refused', JSON.stringify(changes));
  }
});

test('a name is proved as long as its key is registered, and while nobody can tell', async (t) => {
  const agent = await startAgent(t);
  const { rootToken, shares } = await agent.unsealed();
  const endings: readonly (() => Promise<unknown>)[] = [
    () => register(agent, rootToken, 'alice'),
    () => agent.call('DELETE', '/v1/sys/operators/alice', { token: rootToken }),
  ];
  for (const end of endings) {
    const sign = await signer(agent, await register(agent, rootToken, 'alice'));
    const console = await agent.dial();
    const { nonce } = await console.call('challenge', {});
    await console.call('prove', { operator: 'alice', signature: sign(nonce) });
    const { participant } = await console.call('presence', { name: 'alice', view: 'ceremony' });
    const isProved = async (): Promise<boolean | undefined> => {
      const { participants } = await console.call('ceremony.status', {});
      return participants.find(({ id }) => id === participant)?.proved;
    };
    await agent.call('PUT', '/v1/sys/seal', { token: rootToken });
    // Long enough for a look that would take the mark away.
    await new Promise((resolve) => setTimeout(resolve, 2 * tokenCheckMs));
    assert.equal(await isProved(), true, 'sealed');
    for (const key of shares.slice(0, 2)) {
      await agent.call('PUT', '/v1/sys/unseal', { body: { key } });
    }
    assert.equal(await isProved(), true, 'unsealed again');
    await console.call('subscribe', { topic: 'ceremony' });
    await end();
    await console.update('ceremony', ({ snapshot: { participants } }) =>
      participants.some(({ id, proved }) => id === participant && !proved),
    );
    await console.call('presence', { name: 'alice', view: 'ceremony' });
    assert.equal(await isProved(), false, 'it does not come back by itself');
    console.socket.terminate();
  }
});

test('CVE-2024-8185: of any number of challenges a socket has the last one, and keeps no other', async (t) => {
  const agent = await startAgent(t);
  const { rootToken } = await agent.unsealed();
  const key = await register(agent, rootToken, 'alice');
  const sign = await signer(agent, key);
  const console = await agent.dial();
  const asked: string[] = [];
  for (let n = 0; n < 200; n += 1) asked.push((await console.call('challenge', {})).nonce);
  assert.equal(new Set(asked).size, asked.length);
  const first = { operator: 'alice', signature: sign(asked[0] ?? '') };
  assert.equal(await codeOf(console.call('prove', first)), 'control.operator-refused');
  const last = { operator: 'alice', signature: sign(asked.at(-1) ?? '') };
  const gone = 'control.challenge-missing';
  assert.equal(await codeOf(console.call('prove', last)), gone, 'a wrong answer ends them all');
});
