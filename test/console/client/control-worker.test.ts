import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { ControlClient } from '../../../console/client/control-client.ts';
import type { ControlEvent } from '../../../console/client/control-events.ts';
import { waitFor } from '../../support/wait-for.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { join } from 'node:path';

/** Pings and updates without pause, and counts what comes back, in a thread of its own. */
const agentProgram = `
const { createServer } = require('node:http');
const { workerData } = require('node:worker_threads');
const { WebSocketServer } = require('ws');
const { path, pongs } = workerData;
const counter = new Int32Array(pongs);
const http = createServer();
const server = new WebSocketServer({ server: http, handleProtocols: () => 'strongbox.control.v1' });
server.on('connection', (socket) => {
  socket.on('pong', () => Atomics.add(counter, 0, 1));
  let sequence = 0;
  setInterval(() => {
    sequence += 1;
    socket.ping();
    const params = { topic: 'audit', sequence, lines: [String(sequence)], dropped: 0 };
    socket.send(JSON.stringify({ jsonrpc: '2.0', method: 'update', params }));
  }, 10);
  socket.on('message', (data) => {
    const { id, params } = JSON.parse(data);
    if (params.nonce === 'n') {
      const result = { displayName: 'root', policies: [] };
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, result }));
      return;
    }
    const result = { status: 200, body: JSON.parse('{"__proto__":{"a":1},"path":"' + params.path + '"}') };
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, result }));
  });
});
http.listen(path, () => Atomics.add(counter, 1, 1));
`;

interface Room extends AsyncDisposable {
  readonly client: ControlClient;
  readonly batches: (readonly ControlEvent[])[];
  pongs(): number;
}

async function open(): Promise<Room> {
  const folder = await temporaryFolder();
  const path = join(folder.path, 'agent.sock');
  const pongs = new SharedArrayBuffer(8);
  const counter = new Int32Array(pongs);
  const agent = new Worker(agentProgram, { eval: true, workerData: { path, pongs } });
  await waitFor('the agent', () => Atomics.load(counter, 1) === 1);
  const batches: (readonly ControlEvent[])[] = [];
  const endpoint = { kind: 'socket', path, source: 'test' } as const;
  const client = new ControlClient(
    { endpoint, tls: {} },
    { onEvents: (events) => batches.push(events), onFault: () => assert.fail('the worker died') },
  );
  return {
    client,
    batches,
    pongs: () => Atomics.load(counter, 0),
    async [Symbol.asyncDispose]() {
      await client.stop();
      await agent.terminate();
      await folder[Symbol.asyncDispose]();
    },
  };
}

test('heartbeats go on while the main thread stands still, and it is not flooded after', async () => {
  await using room = await open();
  await waitFor('the first batch', () => room.batches.length > 0);
  const before = room.pongs();
  const stillMs = 1_000;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, stillMs);
  const during = room.pongs() - before;
  assert.ok(during > 20, `only ${during} heartbeats in ${stillMs} ms`);
  const known = room.batches.length;
  await new Promise((resolve) => setTimeout(resolve, 0));
  const late = room.batches.slice(known);
  assert.ok(late.length <= 2, `${late.length} batches were waiting`);
});

test('a call is answered across the thread, its objects without prototype', async () => {
  await using room = await open();
  await waitFor('the link', () =>
    room.batches.flat().some((event) => event.kind === 'link' && event.link.kind === 'live'),
  );
  const outcome = await room.client.call('request', { operation: 'read', path: 'secret/a' });
  assert.ok(outcome.ok);
  assert.equal(outcome.result.body?.['path'], 'secret/a');
  assert.equal(outcome.result.body?.['constructor'], undefined);
  assert.deepEqual(Object.keys(outcome.result.body ?? {}), ['__proto__', 'path']);
});

test('what the agent leaves out is still absent on the other side of the thread', async () => {
  await using room = await open();
  await waitFor('the link', () =>
    room.batches.flat().some((event) => event.kind === 'link' && event.link.kind === 'live'),
  );
  const params = { operator: 'alice', signature: '', nonce: 'n' };
  const outcome = await room.client.call('prove', params);
  assert.ok(outcome.ok);
  assert.deepEqual({ ...outcome.result }, { displayName: 'root', policies: [] });
});

test('after stop every call fails as a value, and the thread is gone', async () => {
  await using room = await open();
  const waiting = room.client.call('challenge', {});
  await Promise.all([room.client.stop(), room.client.stop()]);
  const outcomes = [await waiting, await room.client.call('challenge', {})];
  for (const outcome of outcomes) {
    assert.ok(!outcome.ok);
    assert.equal(outcome.problem.code, 'client.control-closed');
  }
});
