import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import type { CoreAnswer } from '../../../src/core/request.ts';
import {
  type Harness,
  type RawClient,
  requestText,
  startListener,
  transports,
} from './listener-harness.ts';

/**
 * Every time limit that the edge promises fires through the verb shim, on each kind of
 * socket. The limits are shortened; what is asserted is that the connection ends, within the test's
 * own generous time-out, never how soon.
 */

const options = { timeout: 20_000 };
const dripMs = 20;

/** Sends a byte again and again until the server has closed; returns what it said before. */
async function drip(client: RawClient, byte: string): Promise<string> {
  const timer = setInterval(() => client.write(byte), dripMs);
  try {
    return await client.closed();
  } finally {
    clearInterval(timer);
  }
}

/** Resolves when the listener has no connection left. */
async function emptied(harness: Harness): Promise<void> {
  while (harness.listener.connections.open > 0) await wait(dripMs);
}

for (const transport of transports) {
  const fast = { connectionsCheckMs: 20, lingerMs: 20 };

  test(`a connection that asks nothing is closed: ${transport}`, options, async (t) => {
    const limits = { ...fast, headersMs: 100 };
    const { connect } = await startListener(t, { transport, limits });
    assert.match(await (await connect()).closed(), /^HTTP\/1\.1 408 /);
  });

  test(`headers that drip are cut off: ${transport}`, options, async (t) => {
    const limits = { ...fast, headersMs: 200 };
    const { connect } = await startListener(t, { transport, limits });
    const client = await connect();
    client.write('GET /v1/a HTTP/1.1\r\nHost: localhost\r\nX: ');
    assert.match(await drip(client, 'y'), /^HTTP\/1\.1 408 [^]*"http.read-timeout"/);
  });

  test(`headers of a second request that drip are cut off: ${transport}`, options, async (t) => {
    const limits = { ...fast, headersMs: 200 };
    const { connect } = await startListener(t, { transport, limits });
    const client = await connect();
    client.write(requestText('LIST /v1/a'));
    assert.equal((await client.answer()).status, 200);
    client.write('LIST /v1/a HTTP/1.1\r\nX: ');
    assert.match(await drip(client, 'y'), /^HTTP\/1\.1 408 /);
  });

  test(`a body that drips is cut off: ${transport}`, options, async (t) => {
    const limits = { ...fast, headersMs: 100, requestReadMs: 300 };
    const { connect, requests } = await startListener(t, { transport, limits });
    const client = await connect();
    client.write(requestText('POST /v1/a', 'Content-Length: 100000\r\n'));
    assert.match(await drip(client, 'b'), /^HTTP\/1\.1 408 /);
    assert.equal(requests.length, 0);
  });

  test(`a verb that stops in the middle is cut off: ${transport}`, options, async (t) => {
    const limits = { ...fast, headersMs: 200, keepAliveMs: 200, answerStallMs: 200 };
    const { connect } = await startListener(t, { transport, limits });
    for (const before of ['', requestText('GET /v1/a')]) {
      const client = await connect();
      client.write(before);
      if (before !== '') await client.answer();
      client.write('LIS');
      await client.closed();
    }
  });

  test(
    `an idle connection is kept for a while and then closed: ${transport}`,
    options,
    async (t) => {
      const limits = { ...fast, keepAliveMs: 100 };
      const { connect } = await startListener(t, { transport, limits });
      const client = await connect();
      client.write(requestText('GET /v1/a'));
      assert.match((await client.answer()).headers.get('keep-alive') ?? '', /timeout=/);
      assert.equal(await client.closed(), '');
    },
  );

  test(`a client that never reads its answer is closed: ${transport}`, options, async (t) => {
    const harness = await startListener(t, {
      transport,
      limits: { ...fast, answerStallMs: 300 },
      handle: () => ({ status: 200, body: { text: 'x'.repeat(20_000_000) } }),
    });
    const client = await harness.connect();
    client.socket.pause();
    client.write(requestText('GET /v1/a'));
    while (harness.requests.length === 0) await wait(dripMs);
    await emptied(harness);
    client.close();
  });

  test(`a client that reads its answer for ever is closed: ${transport}`, options, async (t) => {
    const harness = await startListener(t, {
      transport,
      limits: { ...fast, answerSendMs: 400 },
      handle: () => ({ status: 200, body: { text: 'x'.repeat(20_000_000) } }),
    });
    const client = await harness.connect();
    client.socket.removeAllListeners('data');
    client.socket.pause();
    client.write(requestText('GET /v1/a'));
    const timer = setInterval(() => client.socket.read(1_000), dripMs);
    while (harness.requests.length === 0) await wait(dripMs);
    await emptied(harness);
    clearInterval(timer);
    client.close();
  });

  test(
    `an answer beyond the cap of unsent bytes ends the connection: ${transport}`,
    options,
    async (t) => {
      const harness = await startListener(t, {
        transport,
        limits: { unsentBytes: 1_000_000 },
        handle: () => ({ status: 200, body: { text: 'x'.repeat(20_000_000) } }),
      });
      const client = await harness.connect();
      client.socket.pause();
      client.write(requestText('GET /v1/a'));
      await emptiedAfterRequest(harness);
      client.close();
    },
  );

  test(
    `a request that is not answered in time is, and its handler is told: ${transport}`,
    options,
    async (t) => {
      const { connect, requests, log } = await startListener(t, {
        transport,
        limits: { ...fast, requestHandlingMs: 100, answerStallMs: 50 },
        handle: () => new Promise<CoreAnswer>(() => {}),
      });
      const client = await connect();
      client.write(requestText('POST /v1/a'));
      const { status, body } = await client.answer();
      assert.equal(status, 503);
      assert.deepEqual(JSON.parse(body).error_codes, ['http.handling-timeout']);
      assert.equal(requests[0]?.signal?.aborted, true);
      assert.equal(log.lines[0]?.fields?.['request_id'], requests[0]?.id);
      client.close();
    },
  );

  test(`a connection serves so many requests and no more: ${transport}`, options, async (t) => {
    const { connect } = await startListener(t, { transport, limits: { requestsPerConnection: 3 } });
    const client = await connect();
    const connection: (string | undefined)[] = [];
    for (let count = 0; count < 3; count += 1) {
      client.write(requestText('LIST /v1/a'));
      connection.push((await client.answer()).headers.get('connection'));
    }
    assert.deepEqual(connection, ['keep-alive', 'keep-alive', 'close']);
    assert.equal(await client.closed(), '');
  });

  test(`connections beyond the maximum are closed at once: ${transport}`, options, async (t) => {
    const harness = await startListener(t, { transport, limits: { connections: 2 } });
    const first = await harness.connect();
    const second = await harness.connect();
    const third = connectSilently(harness.listener.address);
    await once(third, 'close');
    assert.deepEqual(harness.listener.connections, {
      open: 2,
      inFlight: 0,
      sleeping: 0,
      refused: 1,
    });
    first.close();
    while (harness.listener.connections.open === 2) await wait(dripMs);
    const fourth = await harness.connect();
    fourth.write(requestText('GET /v1/a'));
    assert.equal((await fourth.answer()).status, 200);
    for (const client of [second, fourth]) client.close();
  });
}

async function emptiedAfterRequest(harness: Harness): Promise<void> {
  while (harness.requests.length === 0) await wait(dripMs);
  await emptied(harness);
}

/** A plain connection that sends nothing, not even the handshake that the listener waits for. */
function connectSilently(address: string): ReturnType<typeof connectTcp> {
  const socket = address.startsWith('unix://')
    ? connectTcp(address.slice('unix://'.length))
    : connectTcp(Number(new URL(address).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.resume();
  return socket;
}

test('one address cannot take every connection, a Unix socket has none', options, async (t) => {
  for (const transport of ['tcp', 'unix'] as const) {
    const harness = await startListener(t, { transport, limits: { connectionsPerAddress: 1 } });
    const first = await harness.connect();
    const second = connectSilently(harness.listener.address);
    if (transport === 'tcp') await once(second, 'close');
    else await once(second, 'connect');
    assert.equal(harness.listener.connections.refused, transport === 'tcp' ? 1 : 0);
    first.close();
    second.destroy();
  }
});

test('a TLS handshake that does not begin is cut off', options, async (t) => {
  const limits = { tlsHandshakeMs: 100, connectionsCheckMs: 20 };
  const harness = await startListener(t, { transport: 'tls', limits });
  const socket = connectSilently(harness.listener.address);
  await once(socket, 'close');
  await emptied(harness);
});

test(
  'above the limit the oldest TLS handshake gives way, and honest clients get in',
  options,
  async (t) => {
    const harness = await startListener(t, { transport: 'tls', limits: { tlsHandshakes: 2 } });
    // The record of a ClientHello that never ends.
    const begun = Buffer.from('160301020001', 'hex');
    const oldest = connectSilently(harness.listener.address);
    await once(oldest, 'connect');
    oldest.write(begun);
    const newer = [1, 2, 3].map(() => connectSilently(harness.listener.address));
    for (const socket of newer) socket.write(begun);
    await once(oldest, 'close');
    assert.equal((await harness.send(requestText('GET /v1/a'))).status, 200);
    while (harness.listener.connections.refused < 3) await wait(dripMs);
    for (const socket of newer) socket.destroy();
    await emptied(harness);
  },
);

test('connections that have finished their TLS handshake give way to none', options, async (t) => {
  const harness = await startListener(t, { transport: 'tls', limits: { tlsHandshakes: 1 } });
  const clients = [await harness.connect(), await harness.connect(), await harness.connect()];
  for (const client of clients) {
    client.write(requestText('GET /v1/a'));
    assert.equal((await client.answer()).status, 200);
  }
  assert.equal(harness.listener.connections.refused, 0);
});

test('a client that closes before it says anything leaves nothing behind', options, async (t) => {
  const harness = await startListener(t, { transport: 'tls' });
  const socket = connectSilently(harness.listener.address);
  await once(socket, 'connect');
  socket.end();
  await once(socket, 'close');
  await emptied(harness);
});

test('bytes that are no TLS end the connection and nothing else', options, async (t) => {
  const harness = await startListener(t, { transport: 'tls' });
  for (const junk of ['GET /v1/a HTTP/1.1\r\n\r\n', '\x16\x03\x01\xff\xff', '\0'.repeat(100)]) {
    const socket = connectSilently(harness.listener.address);
    socket.end(Buffer.from(junk, 'latin1'));
    await once(socket, 'close');
  }
  await emptied(harness);
  assert.equal((await harness.send(requestText('GET /v1/a'))).status, 200);
});

test('GHSA-5x4g-q5rc-36jp: nothing below TLS 1.3 is spoken', options, async (t) => {
  const { listener } = await startListener(t, { transport: 'tls' });
  const port = Number(new URL(listener.address).port);
  const old = connectTls({
    host: '127.0.0.1',
    port,
    rejectUnauthorized: false,
    maxVersion: 'TLSv1.2',
  });
  const [error] = await once(old, 'error');
  assert.match(String(error.code), /PROTOCOL_VERSION|ECONNRESET/);
  const current = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false });
  await once(current, 'secureConnect');
  assert.equal(current.getProtocol(), 'TLSv1.3');
  current.destroy();
});
