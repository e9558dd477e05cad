import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { rpcCodes } from '../../../shared/control/protocol.ts';
import {
  controlMessageBytesMax,
  controlPendingRequestsMax,
} from '../../../shared/control/limits.ts';
import { Refused, startAgent } from './control-harness.ts';

/** A word that no answer may repeat. */
const canary = 'canary-4711';

async function refusalOf(answer: Promise<unknown>): Promise<Refused> {
  const error: unknown = await answer.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Refused, String(error));
  assert.ok(!error.message.includes(canary), error.message);
  return error;
}

test('an unknown method is named as such, and the socket goes on', async (t) => {
  const agent = await startAgent(t);
  const console = await agent.dial();
  for (const method of [canary, 'toString', '__proto__', '']) {
    const error = await refusalOf(console.callAny(method, {}));
    assert.equal(error.rpcCode, rpcCodes.methodNotFound, method);
    assert.equal(error.code, 'control.method-unknown');
  }
  await console.call('ceremony.status', {});
});

const badCalls: readonly (readonly [method: string, params: unknown, said: RegExp])[] = [
  ['authenticate', {}, /parameter token must be text/],
  ['authenticate', { token: 5 }, /parameter token must be text/],
  ['authenticate', { token: canary.repeat(1_000) }, /parameter token must be text/],
  ['authenticate', { token: 'a', [canary]: 1 }, /takes: token/],
  ['subscribe', { topic: canary }, /one of cluster, ceremony/],
  ['subscribe', { topic: 'leases' }, /one of cluster, ceremony/],
  ['presence', { name: `a\u001b[31m${canary}`, view: '' }, /printable/],
  ['presence', { name: 'a', view: 'v'.repeat(65) }, /at most 64/],
  ['request', { operation: canary, path: 'a' }, /one of read, write/],
  ['request', { operation: 'read', path: 'a', body: {} }, /body must be absent/],
  ['request', { operation: 'write', path: 'a', body: [canary] }, /body must be an object/],
  ['request', { operation: 'read', path: 'a', query: { a: 1 } }, /query must be an object/],
  ['ceremony.init', { shares: 3, threshold: 2 }, /receiver must be text/],
  ['ceremony.init', { shares: 3.5, threshold: 2, receiver: 'AA==' }, /shares must be an integer/],
  ['ceremony.submit', { nonce: 'a', box: canary }, /box must be an object/],
  ['ceremony.submit', { nonce: 'a', box: { sender: '*' } }, /box.sender must be base64/],
  ['ceremony.reset', { nonce: 'a' }, /reason must be text/],
  ['audit.read', { node: 'node-1', from: -1, lines: 1 }, /from must be an integer/],
  ['audit.read', { node: 'node-1', from: 0, lines: 2_001 }, /lines must be an integer/],
  ['challenge', { a: canary }, /takes: none/],
];

test('bad parameters are refused by name, and nothing of them is repeated', async (t) => {
  const agent = await startAgent(t);
  const console = await agent.dial();
  for (const [method, params, said] of badCalls) {
    const error = await refusalOf(console.callAny(method, params));
    assert.equal(error.rpcCode, rpcCodes.invalidParams, `${method} ${error.message}`);
    assert.match(error.message, said);
  }
  await console.call('ceremony.status', {});
});

test('a body whose name is written with an escape is refused', async (t) => {
  const agent = await startAgent(t);
  const console = await agent.dial();
  const answer = once(console.socket, 'message');
  console.socket.send(
    '{"jsonrpc":"2.0","id":1,"method":"request","params":' +
      `{"operation":"write","path":"sys/unseal","b\\u006fdy":{"key":"${canary}"}}}`,
  );
  const [data] = await answer;
  assert.match((data as Buffer).toString(), /body must be an object under the plain name/);
});

const violations: readonly (readonly [what: string, text: string, code: number])[] = [
  ['no JSON', `{"${canary}`, rpcCodes.parseError],
  ['an empty message', '', rpcCodes.parseError],
  ['a name twice', '{"id":1,"id":2}', rpcCodes.parseError],
  ['a number too large', '{"jsonrpc":"2.0","id":1e400,"method":"a"}', rpcCodes.parseError],
  ['too deep', '['.repeat(10_000), rpcCodes.parseError],
  ['a batch', '[]', rpcCodes.invalidRequest],
  ['another version', '{"jsonrpc":"1.0","id":1,"method":"challenge"}', rpcCodes.invalidRequest],
  ['no id', '{"jsonrpc":"2.0","method":"challenge"}', rpcCodes.invalidRequest],
  ['an id of 0', '{"jsonrpc":"2.0","id":0,"method":"challenge"}', rpcCodes.invalidRequest],
  ['a text as id', '{"jsonrpc":"2.0","id":"1","method":"challenge"}', rpcCodes.invalidRequest],
  [
    'params as a list',
    '{"jsonrpc":"2.0","id":1,"method":"a","params":[]}',
    rpcCodes.invalidRequest,
  ],
  ['more members', `{"jsonrpc":"2.0","id":1,"method":"a","${canary}":1}`, rpcCodes.invalidRequest],
];

test('what is no request of JSON-RPC is named and closes the socket with 4002', async (t) => {
  const agent = await startAgent(t);
  for (const [what, text, code] of violations) {
    const console = await agent.dial({ transport: 'unix' });
    console.socket.send(text);
    assert.equal(await console.closed, 4_002, what);
    const [said] = console.strays as { id: null; error: { code: number; message: string } }[];
    assert.equal(said?.error.code, code, what);
    assert.equal(said?.id, null);
    assert.ok(!said?.error.message.includes(canary), what);
  }
});

test('a binary message closes the socket', async (t) => {
  const agent = await startAgent(t);
  const console = await agent.dial();
  console.socket.send(Buffer.from('{}'), { binary: true });
  assert.equal(await console.closed, 4_002);
});

test('a message above the limit closes the socket, and one below it does not', async (t) => {
  const agent = await startAgent(t);
  const { rootToken } = await agent.unsealed();
  const console = await agent.dial({ token: rootToken });
  await console.call('request', {
    operation: 'write',
    path: 'sys/mounts/kv',
    body: { type: 'kv' },
  });
  const value = 'v'.repeat(1_000_000);
  const written = await console.call('request', {
    operation: 'write',
    path: 'kv/large',
    body: { value },
  });
  assert.equal(written.status, 204);
  const read = await console.call('request', { operation: 'read', path: 'kv/large' });
  assert.deepEqual(read.body?.['data'], { value });

  console.socket.send('x'.repeat(controlMessageBytesMax + 1));
  assert.equal(await console.closed, 1_009);
});

test('a body above the limit of the configuration is refused as over HTTP', async (t) => {
  const agent = await startAgent(t, { requestBytes: 1_024 });
  const console = await agent.dial();
  const body = { value: 'v'.repeat(1_024) };
  const answer = console.call('request', { operation: 'write', path: 'kv/a', body });
  assert.equal((await refusalOf(answer)).code, 'http.body-too-large');
});

test('more requests than may wait close the socket, and as many as may are answered', async (t) => {
  const agent = await startAgent(t);
  const { rootToken } = await agent.unsealed();
  const console = await agent.dial({ token: rootToken });
  const ask = (): Promise<unknown> =>
    console.call('request', { operation: 'read', path: 'sys/mounts' });
  const many = Array.from({ length: controlPendingRequestsMax }, ask);
  const answers = (await Promise.all(many)) as { status: number }[];
  assert.ok(answers.every(({ status }) => status === 200));

  const tooMany = Array.from({ length: controlPendingRequestsMax + 1 }, ask);
  const results = Promise.allSettled(tooMany);
  assert.equal(await console.closed, 4_002);
  const [said] = console.strays as { error: { data: { code: string } } }[];
  assert.equal(said?.error.data.code, 'control.too-many-pending');
  await results;
});

test('an id that is still waiting is refused', async (t) => {
  const agent = await startAgent(t);
  const console = await agent.dial();
  const call = '{"jsonrpc":"2.0","id":7,"method":"ceremony.status"}';
  console.socket.send(call);
  console.socket.send(call);
  console.socket.send(
    '{"jsonrpc":"2.0","id":8,"method":"request","params":{"operation":"read","path":"sys/mounts"}}',
  );
  console.socket.send(
    '{"jsonrpc":"2.0","id":8,"method":"request","params":{"operation":"read","path":"sys/mounts"}}',
  );
  assert.equal(await console.closed, 4_002);
});
