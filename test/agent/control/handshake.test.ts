import assert from 'node:assert/strict';
import { test } from 'node:test';
import { socketsPerAddressMax } from '../../../agent/control/limits.ts';
import { controlSubprotocol } from '../../../shared/control/protocol.ts';
import { controlAnonymousSocketsMax } from '../../../shared/control/limits.ts';
import { type Console, startAgent } from './control-harness.ts';
import { type Changes, handshake, shake } from './raw-handshake.ts';

const refused: readonly (readonly [
  what: string,
  changes: Changes,
  status: number,
  code: string,
])[] = [
  ['a page of a browser', { Origin: 'https://evil.example' }, 403, 'http.origin-refused'],
  ['a page of ours', { Origin: 'https://localhost' }, 403, 'http.origin-refused'],
  ['a name that is not ours', { Host: 'evil.example' }, 421, 'http.host-unknown'],
  ['no host', { Host: undefined }, 400, 'http.header-invalid'],
  ['no upgrade', { Upgrade: undefined }, 426, 'control.upgrade-required'],
  ['another upgrade', { Upgrade: 'h2c' }, 426, 'control.upgrade-required'],
  ['version 8', { 'Sec-WebSocket-Version': '8' }, 426, 'control.upgrade-required'],
  ['no version', { 'Sec-WebSocket-Version': undefined }, 426, 'control.upgrade-required'],
  ['no key', { 'Sec-WebSocket-Key': undefined }, 400, 'control.handshake-invalid'],
  ['a short key', { 'Sec-WebSocket-Key': 'AAAA' }, 400, 'control.handshake-invalid'],
  ['no sub-protocol', { 'Sec-WebSocket-Protocol': undefined }, 400, 'control.handshake-invalid'],
  ['another one', { 'Sec-WebSocket-Protocol': 'chat' }, 400, 'control.handshake-invalid'],
  [
    'junk',
    { 'Sec-WebSocket-Protocol': `${controlSubprotocol}, ,{}` },
    400,
    'control.handshake-invalid',
  ],
  [
    'one twice',
    { 'Sec-WebSocket-Protocol': `${controlSubprotocol},${controlSubprotocol}` },
    400,
    'control.handshake-invalid',
  ],
  ['a body', { 'Content-Length': '5' }, 400, 'control.handshake-invalid'],
  ['no Connection', { Connection: undefined }, 400, 'control.handshake-invalid'],
];

for (const place of [0, 1]) {
  test(`a handshake is refused before it is answered: ${['tls', 'tcp'][place]}`, async (t) => {
    const { agent } = await startAgent(t);
    const address = agent.addresses[place] ?? '';
    for (const [what, changes, status, code] of refused) {
      const answer = await shake(address, handshake(changes));
      assert.equal(answer.status, status, what);
      assert.ok(answer.body.includes(`"${code}"`), `${what}: ${answer.body}`);
      if (status === 426) {
        assert.equal(answer.headers.get('upgrade'), 'websocket');
        assert.equal(answer.headers.get('sec-websocket-version'), '13');
      }
      answer.client.close();
    }
    const good = await shake(address, handshake());
    assert.equal(good.status, 101);
    assert.equal(good.headers.get('sec-websocket-protocol'), controlSubprotocol);
    good.client.close();
  });
}

test('on the Unix socket any host may be named, and no origin', async (t) => {
  const { agent } = await startAgent(t);
  const address = agent.addresses[2] ?? '';
  const named = await shake(address, handshake({ Host: 'anything' }));
  assert.equal(named.status, 101);
  const page = await shake(address, handshake({ Origin: 'null' }));
  assert.equal(page.status, 403);
  for (const { client } of [named, page]) client.close();
});

test('an upgrade at another place is a request like any other', async (t) => {
  const { agent } = await startAgent(t);
  const address = agent.addresses[1] ?? '';
  const lines = ['/v1/sys/health', '/v1/sys/control/', '/v1/sys/control?a=1', '/v1/sys/%63ontrol'];
  for (const path of lines) {
    const answer = await shake(address, handshake({}, `GET ${path} HTTP/1.1`));
    assert.notEqual(answer.status, 101, path);
    assert.ok(answer.body.startsWith('{'), path);
    answer.client.close();
  }
  const posted = await shake(address, handshake({}, 'POST /v1/sys/control HTTP/1.1'));
  assert.equal(posted.status, 405);
  posted.client.close();
});

test('compression is never agreed on', async (t) => {
  const agent = await startAgent(t);
  const console = await agent.dial({ websocket: { perMessageDeflate: true } });
  assert.equal(console.socket.extensions, '');
});

test('one address gets so many sockets, and the Unix socket still lets in', async (t) => {
  const agent = await startAgent(t);
  const consoles = await Promise.all(
    Array.from({ length: socketsPerAddressMax }, () => agent.dial()),
  );
  const refusal = await shake(agent.agent.addresses[1] ?? '', handshake());
  assert.equal(refusal.status, 429);
  assert.ok(refusal.body.includes('control.too-many-sockets'));
  assert.ok(refusal.headers.has('retry-after'));
  const local = await agent.dial({ transport: 'unix' });
  assert.equal((await local.call('ceremony.status', {})).ceremony, 'init');

  const [first] = consoles;
  first?.socket.close();
  await first?.closed;
  await agent.dial();
});

test('peers without a token leave room for those with one, wherever they come from', async (t) => {
  const agent = await startAgent(t);
  const { rootToken } = await agent.unsealed();
  const from = (localAddress: string): Promise<Console> =>
    agent.dial({ websocket: { localAddress } });
  const places = ['127.0.0.1', '127.0.0.2'];
  assert.equal(places.length * socketsPerAddressMax, controlAnonymousSocketsMax);
  const consoles = await Promise.all(
    places.flatMap((place) => Array.from({ length: socketsPerAddressMax }, () => from(place))),
  );
  await assert.rejects(from('127.0.0.3'));
  await consoles[0]?.call('authenticate', { token: rootToken });
  const late = await from('127.0.0.3');
  assert.equal((await late.call('ceremony.status', {})).state, 'done');
  await assert.rejects(from('127.0.0.3'));
});
