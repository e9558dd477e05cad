/**
 * Published failures of this kind of service that concern sockets, as regressions, and the frames
 * that RFC 6455 forbids: each is answered with the close code that the RFC names, and the agent
 * goes on. Raw bytes, because no client library would send them.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fragmentsMax } from '../../../agent/control/limits.ts';
import { controlMessageBytesMax } from '../../../shared/control/limits.ts';
import { Refused, startAgent } from './control-harness.ts';
import { closeCode, frame, handshake, shake } from './raw-handshake.ts';

const text = 1;
const continuation = 0;
const ping = 9;
const close = 8;

const call = Buffer.from('{"jsonrpc":"2.0","id":1,"method":"ceremony.status"}');

const forbidden: readonly (readonly [what: string, bytes: Buffer, code: number])[] = [
  ['a frame without mask', frame({ opcode: text, payload: call, masked: false }), 1_002],
  ['a reserved bit', frame({ opcode: text, payload: call, reserved: 2 }), 1_002],
  [
    'compression that was not agreed on',
    frame({ opcode: text, payload: call, reserved: 4 }),
    1_002,
  ],
  ['an unknown opcode', frame({ opcode: 3, payload: call }), 1_002],
  ['a length of 2^62', Buffer.from([0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0]), 1_009],
  ['a length above the limit', longFrame(controlMessageBytesMax + 1), 1_009],
  ['a control frame in pieces', frame({ opcode: ping, final: false }), 1_002],
  ['a ping of 126 bytes', frame({ opcode: ping, payload: Buffer.alloc(126) }), 1_002],
  ['a continuation of nothing', frame({ opcode: continuation, payload: call }), 1_002],
  [
    'a message inside of another',
    Buffer.concat([
      frame({ opcode: text, payload: call, final: false }),
      frame({ opcode: text, payload: call }),
    ]),
    1_002,
  ],
  [
    'text that is no UTF-8',
    frame({ opcode: text, payload: Buffer.from([0x7b, 0xff, 0x7d]) }),
    1_007,
  ],
  ['a close code of one byte', frame({ opcode: close, payload: Buffer.from([3]) }), 1_002],
  ['a reserved close code', frame({ opcode: close, payload: Buffer.from([3, 236]) }), 1_002],
];

function longFrame(bytes: number): Buffer {
  const head = Buffer.alloc(10);
  head.set([0x81, 0xff]);
  head.writeBigUInt64BE(BigInt(bytes), 2);
  return head;
}

test('F-42: forbidden frames close the socket with the code of RFC 6455', async (t) => {
  const { agent, dial } = await startAgent(t);
  for (const address of agent.addresses) {
    for (const [what, bytes, code] of forbidden) {
      const { client, status } = await shake(address, handshake());
      assert.equal(status, 101, what);
      client.socket.write(bytes);
      client.socket.end();
      assert.equal(closeCode(await client.closed()), code, `${what} at ${address}`);
    }
  }
  const console = await dial();
  assert.equal((await console.call('ceremony.status', {})).ceremony, 'init');
});

test('F-42: 10^5 pieces of one byte are refused after the first few hundred', async (t) => {
  const { agent } = await startAgent(t);
  const { client } = await shake(agent.addresses[1] ?? '', handshake());
  const piece = (opcode: number): Buffer =>
    frame({ opcode, payload: Buffer.from('['), final: false });
  client.socket.write(
    Buffer.concat([piece(text), ...Array.from({ length: 100_000 }, () => piece(continuation))]),
  );
  assert.equal(closeCode(await client.closed()), 1_008);
  assert.ok(fragmentsMax < 1_000);
});

test('F-42: an orderly close is answered with its own code', async (t) => {
  const { agent } = await startAgent(t);
  const { client } = await shake(agent.addresses[1] ?? '', handshake());
  client.socket.write(frame({ opcode: close, payload: Buffer.from([3, 232]) }));
  assert.equal(closeCode(await client.closed()), 1_000);
});

test('CVE-2018-1098, CVE-2018-1099: no page and no rebound name reaches the channel', async (t) => {
  const { agent } = await startAgent(t);
  for (const address of agent.addresses) {
    const page = await shake(address, handshake({ Origin: 'https://evil.example' }));
    assert.equal(page.status, 403);
    page.client.close();
    if (address.startsWith('unix:')) continue;
    const rebound = await shake(address, handshake({ Host: 'evil.example' }));
    assert.equal(rebound.status, 421);
    rebound.client.close();
  }
});

test('CVE-2025-6203, CVE-2025-59043: small JSON that would take much memory is refused unbuilt', async (t) => {
  const agent = await startAgent(t);
  const hostile = [
    `[${'{},'.repeat(300_000)}{}]`,
    '['.repeat(1_000_000),
    `{"jsonrpc":"2.0","id":1,"method":"request","params":{"operation":"write","path":"a","body":{"a":[${'0,'.repeat(300_000)}0]}}}`,
    `{"jsonrpc":"2.0","id":1,"method":"request","params":{"operation":"write","path":"a","body":{"a":${'{"a":'.repeat(100_000)}`,
  ];
  for (const json of hostile) {
    const console = await agent.dial();
    console.socket.send(json);
    assert.equal(await console.closed, 4_002);
    const [said] = console.strays as { error: { data: { code: string } } }[];
    assert.match(said?.error.data.code ?? '', /^json\./);
  }
});

test('CVE-2025-4656, CVE-2025-52894: nobody cancels an attempt that they do not follow', async (t) => {
  const agent = await startAgent(t);
  const { shares, rootToken } = await agent.unsealed();
  const console = await agent.dial();
  const path = 'sys/generate-root-token/attempt';
  assert.equal((await console.call('request', { operation: 'delete', path })).status, 403);
  await agent.call('PUT', '/v1/sys/seal', { token: rootToken });
  await agent.call('PUT', '/v1/sys/unseal', { body: { key: shares[0] } });
  for (const nonce of ['', '0', 'another']) {
    const reset = console.call('ceremony.reset', { nonce, reason: 'mischief' });
    await assert.rejects(reset, (error) => error instanceof Refused && error.status === 400);
  }
  assert.equal((await console.call('ceremony.status', {})).entered.length, 1);
});

test('CVE-2026-73499: a subscription is decided under the one name of its topic', async (t) => {
  const agent = await startAgent(t);
  const { rootToken } = await agent.unsealed();
  await agent.call('PUT', '/v1/sys/policies/acl/narrow', {
    token: rootToken,
    body: { policy: 'path "sys/control/alarms" { capabilities = ["read"] }' },
  });
  const made = await agent.call('POST', '/v1/auth/token/create', {
    token: rootToken,
    body: { policies: ['narrow'] },
  });
  const { client_token: token } = (made.json as { auth: { client_token: string } }).auth;
  const console = await agent.dial({ token });
  await console.call('subscribe', { topic: 'alarms' });
  for (const topic of [
    'audit',
    'metrics',
    'alarms/../audit',
    'alarms/',
    '',
    '*',
    'ALARMS',
    'alarms\0',
  ]) {
    await assert.rejects(console.callAny('subscribe', { topic }), Refused, topic);
  }
  for (const path of ['sys/control/alarms/../audit', 'sys/control//audit', 'sys/control/%61udit']) {
    const answer = await console
      .call('request', { operation: 'read', path })
      .catch((error: unknown) => error as Refused);
    assert.ok((answer.status ?? 0) >= 400, path);
  }
});
