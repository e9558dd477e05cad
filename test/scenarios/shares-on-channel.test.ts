/**
 * Shares that pass the control channel, as boxes or as requests, leave no copy in the memory of the
 * real agent: not of their text, not of their bytes. The scan is known to find what is there,
 * because the share that is entered stays in the collection until the next one.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { BoxReceiver, sealShare } from '../../console/secret-entry/share-box.ts';
import type { ResultOf } from '../../shared/control/methods.ts';
import { controlSubprotocol } from '../../shared/control/protocol.ts';
import { initShareName } from '../../shared/control/sealed-share.ts';
import type { CeremonySnapshot } from '../../shared/control/topics.ts';
import { decodeShare } from '../../shared/share/share.ts';
import { AgentProcess } from '../support/agent-process.ts';
import { memoryScanObstacle, scanMemory } from '../support/memory-scan.ts';

const obstacle = memoryScanObstacle();

async function dial(agent: AgentProcess): Promise<WebSocket> {
  const createConnection = (() => connect(agent.socket)) as typeof connect;
  const socket = new WebSocket('ws://localhost/v1/sys/control', controlSubprotocol, {
    createConnection,
    perMessageDeflate: false,
  });
  await once(socket, 'open');
  return socket;
}

let lastId = 0;

/** One call at a time; nothing is subscribed to. */
async function ask<Result>(socket: WebSocket, method: string, params: object): Promise<Result> {
  lastId += 1;
  socket.send(JSON.stringify({ jsonrpc: '2.0', id: lastId, method, params }));
  const [data] = (await once(socket, 'message')) as [Buffer];
  const answer = JSON.parse(data.toString()) as { result?: Result; error?: unknown };
  assert.equal(answer.error, undefined, JSON.stringify(answer.error));
  return answer.result as Result;
}

async function enter(socket: WebSocket, share: string): Promise<CeremonySnapshot> {
  const { nonce, publicKey } = await ask<CeremonySnapshot>(socket, 'ceremony.status', {});
  const binding = { ceremony: 'unseal', nonce, plan: '', holder: 'alice' };
  const box = sealShare(Buffer.from(share), publicKey, binding);
  return ask(socket, 'ceremony.submit', { nonce, box });
}

/** The text of a share, and the bytes of the secret in it. */
function needlesOf(share: string): readonly Uint8Array[] {
  const text = Buffer.from(share);
  return [text, decodeShare(Buffer.from(share)).secret];
}

test('shares on the control channel leave no copy in the memory of the agent', {
  skip: obstacle ?? false,
}, async () => {
  await using agent = await AgentProcess.start();
  const socket = await dial(agent);
  const receiver = new BoxReceiver();
  const made = await ask<ResultOf<'ceremony.init'>>(socket, 'ceremony.init', {
    shares: 5,
    threshold: 3,
    receiver: receiver.publicKey,
  });
  const shares = made.sealedShares.map((box, at) => {
    const bytes = receiver.open(made.sender, box, initShareName(at + 1));
    assert.ok(bytes !== undefined);
    return Buffer.from(bytes).toString();
  });
  const needles = shares.flatMap(needlesOf);
  assert.deepEqual(
    scanMemory(agent.pid, needles),
    needles.map(() => 0),
    'copies after init',
  );

  const [first = '', second = '', third = ''] = shares;
  await enter(socket, first);
  const [textCopies, secretCopies] = scanMemory(agent.pid, needlesOf(first));
  assert.equal(textCopies, 0, 'copies of the text of a share that was entered');
  assert.equal(secretCopies, 1, 'the collection holds the share, and nothing else does');
  await enter(socket, second);
  const last = await ask<ResultOf<'request'>>(socket, 'request', {
    operation: 'write',
    path: 'sys/unseal',
    body: { key: third },
  });
  assert.equal(last.status, 200);
  const { state } = await ask<CeremonySnapshot>(socket, 'ceremony.status', {});
  assert.equal(state, 'done');
  assert.deepEqual(
    scanMemory(agent.pid, needles),
    needles.map(() => 0),
    'copies after the unseal',
  );
  socket.terminate();
});
