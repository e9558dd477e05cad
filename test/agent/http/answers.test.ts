import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failure } from '../../../shared/errors/failure.ts';
import type { CoreAnswer } from '../../../src/core/request.ts';
import type { ExchangeOutcome } from '../../../agent/http/edge-context.ts';
import { requestText, startListener, transports } from './listener-harness.ts';

const letter = { contentType: 'text/plain', bytes: new Uint8Array([0x61]) };

test('JSON is exactly application/json, ends with a newline and is never stored', async (t) => {
  const { send } = await startListener(t, { handle: () => ({ status: 200, body: { a: 'ü' } }) });
  const { status, headers, body } = await send(requestText('GET /v1/a'));
  assert.equal(status, 200);
  assert.equal(headers.get('content-type'), 'application/json');
  assert.equal(headers.get('content-length'), String(Buffer.byteLength('{"a":"ü"}\n')));
  assert.equal(Buffer.from(body, 'latin1').toString(), '{"a":"ü"}\n');
  assert.equal(headers.get('cache-control'), 'no-store');
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/);
  assert.equal(headers.get('referrer-policy'), 'no-referrer');
  assert.equal(headers.has('strict-transport-security'), false);
  assert.equal(headers.has('server'), false);
});

test('only TLS asks browsers for TLS', async (t) => {
  const { send } = await startListener(t, { transport: 'tls' });
  const { headers } = await send(requestText('GET /v1/a'));
  assert.equal(headers.get('strict-transport-security'), 'max-age=31536000');
});

test('an envelope with a status of its own ends without a newline, as in Vault', async (t) => {
  const body = { request_id: 'x', data: null };
  const { send } = await startListener(t, { handle: () => ({ status: 404, body }) });
  assert.equal((await send(requestText('GET /v1/a'))).body, '{"request_id":"x","data":null}');
});

test('an answer that we write says what one says that Node writes, in the same order', async (t) => {
  for (const transport of transports) {
    const { send } = await startListener(t, {
      transport,
      handle: () => ({ status: 404, body: { errors: ['ü'] } }),
    });
    const ours = await send(requestText('GET /v1/a'));
    // What is echoed in the head leaves the answer to Node.
    const nodes = await send(requestText('GET /v1/a', 'X-Vault-Namespace: a\r\n'));
    const told = (answer: typeof ours): string[] =>
      [...answer.headers]
        .filter(([name]) => name !== 'x-vault-namespace')
        .map(([name, value]) => `${name}: ${name === 'date' ? '' : value}`);
    assert.equal(nodes.headers.get('x-vault-namespace'), 'a');
    assert.deepEqual(told(ours), told(nodes));
    assert.deepEqual([ours.status, ours.body], [nodes.status, nodes.body]);
    assert.match(ours.headers.get('keep-alive') ?? '', /^timeout=\d+$/);
    assert.ok(Math.abs(Date.parse(ours.headers.get('date') ?? '') - Date.now()) < 60_000);
  }
});

test('204 has no body, no type and no length', async (t) => {
  const { send } = await startListener(t, { handle: () => ({ status: 204, body: undefined }) });
  const { status, headers, body } = await send(requestText('POST /v1/a'));
  assert.deepEqual([status, body], [204, '']);
  assert.equal(headers.has('content-type'), false);
  assert.equal(headers.has('content-length'), false);
});

test('an answer whose status has no content ends with its head, whatever was to be said', async (t) => {
  for (const status of [204, 205, 304]) {
    for (const said of [{ body: { a: 1 } }, { body: undefined, raw: letter }]) {
      const { connect } = await startListener(t, {
        handle: ({ path }) => (path === 'next' ? { status: 200, body: {} } : { status, ...said }),
      });
      const client = await connect();
      client.write(requestText('GET /v1/a') + requestText('GET /v1/next'));
      const answer = await client.answer();
      assert.equal(answer.status, status);
      assert.equal(answer.headers.get('content-length'), status === 205 ? '0' : undefined);
      assert.deepEqual([answer.headers.has('content-type'), answer.body], [false, '']);
      assert.equal((await client.answer()).status, 200, `behind ${status}`);
      client.close();
    }
  }
});

test('a body that is not JSON is sent as it is', async (t) => {
  const raw = { contentType: 'text/plain; version=0.0.4', bytes: Buffer.from('up 1\n') };
  const { send } = await startListener(t, {
    handle: () => ({ status: 200, body: undefined, raw }),
  });
  const { headers, body } = await send(requestText('GET /v1/sys/metrics'));
  assert.equal(headers.get('content-type'), raw.contentType);
  assert.equal(body, 'up 1\n');
});

test('Retry-After is what the core says', async (t) => {
  const answer: CoreAnswer = { status: 503, body: { errors: [] }, retryAfterSeconds: 7 };
  const { send } = await startListener(t, { handle: () => answer });
  assert.equal((await send(requestText('GET /v1/a'))).headers.get('retry-after'), '7');
});

test('a refusal that the core throws is answered with its status and code', async (t) => {
  const { send } = await startListener(t, {
    handle: () => {
      throw failure('store.overloaded');
    },
  });
  const { status, headers, body } = await send(requestText('GET /v1/a'));
  assert.equal(status, 429);
  assert.equal(headers.get('retry-after'), '1');
  assert.deepEqual(JSON.parse(body).error_codes, ['store.overloaded']);
});

test('any other error is logged under the request id and says nothing to the client', async (t) => {
  const { send, log, requests } = await startListener(t, {
    handle: () => {
      throw new Error('password=hunter2');
    },
  });
  const { status, body } = await send(requestText('GET /v1/a'));
  assert.equal(status, 500);
  assert.doesNotMatch(body, /hunter2/);
  assert.equal(log.lines[0]?.level, 'error');
  assert.equal(log.lines[0]?.fields?.['request_id'], requests[0]?.id);
});

test('answers come in order on a connection, also to a client that does not wait', async (t) => {
  const { connect, requests } = await startListener(t, {
    handle: (request) => ({ status: 200, body: { path: request.path } }),
  });
  const client = await connect();
  const all = ['a', 'b', 'c'].map((name) => requestText(`LIST /v1/${name}`)).join('');
  client.write(all);
  for (const name of ['a', 'b', 'c']) {
    assert.deepEqual(JSON.parse((await client.answer()).body), { path: `${name}/` });
  }
  assert.deepEqual(
    requests.map(({ method }) => method),
    ['list', 'list', 'list'],
  );
  client.close();
});

test('a client that does not wait has one request in flight', async (t) => {
  const waiting: (() => void)[] = [];
  const { connect, listener } = await startListener(t, {
    handle: () =>
      new Promise((resolve) => {
        waiting.push(() => resolve({ status: 204, body: undefined }));
      }),
  });
  const client = await connect();
  client.write(requestText('GET /v1/a').repeat(3));
  for (let answered = 0; answered < 3; answered += 1) {
    while (waiting.length <= answered) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(waiting.length, answered + 1);
    assert.equal(listener.connections.inFlight, 1);
    waiting[answered]?.();
    assert.equal((await client.answer()).status, 204);
  }
  client.close();
});

for (const transport of transports) {
  test(`a large answer arrives whole, and the connection serves on: ${transport}`, async (t) => {
    const text = 'x'.repeat(3_000_000);
    const { connect } = await startListener(t, {
      transport,
      handle: (request) => ({ status: 200, body: { text: request.path === 'big' ? text : '' } }),
    });
    const client = await connect();
    client.write(requestText('GET /v1/big'));
    assert.equal((await client.answer()).body.length, text.length + '{"text":""}\n'.length);
    client.write(requestText('GET /v1/small'));
    assert.equal((await client.answer()).body, '{"text":""}\n');
    client.close();
  });
}

test('the handler is told when the client has gone', async (t) => {
  const { promise: started, resolve: start } = Promise.withResolvers<void>();
  const { connect, requests, listener } = await startListener(t, {
    handle: async (): Promise<CoreAnswer> => {
      start();
      await new Promise((resolve) => setImmediate(resolve));
      while (requests[0]?.signal?.aborted === false) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      return { status: 200, body: {} };
    },
  });
  const client = await connect();
  client.write(requestText('GET /v1/a'));
  await started;
  assert.equal(requests[0]?.signal?.aborted, false);
  // A client that closes both sides looks like one that has only asked, until it is written to.
  client.socket.resetAndDestroy();
  while (listener.connections.open > 0) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(requests[0]?.signal?.aborted, true);
});

test('each answer is observed once, with its method and status', async (t) => {
  const seen: ExchangeOutcome[] = [];
  const { send } = await startListener(t, { observe: (outcome) => seen.push(outcome) });
  await send(requestText('GET /v1/a'));
  await send(requestText('GET /elsewhere'));
  assert.deepEqual(
    seen.map(({ method, status }) => [method, status]),
    [
      ['read', 200],
      ['none', 404],
    ],
  );
  assert.ok(seen.every(({ durationMs }) => durationMs >= 0));
});

for (const transport of transports) {
  test(`an upgrade hands the connection over untouched: ${transport}`, async (t) => {
    const { connect } = await startListener(t, {
      transport,
      upgrade: {
        path: '/v1/sys/control',
        refusalOf: () => undefined,
        accept: (_request, socket) => {
          socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
          socket.on('data', (chunk: Buffer) => socket.write(chunk));
          socket.on('end', () => socket.end());
        },
      },
    });
    const client = await connect();
    const head = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';
    // The first frame in the same packet as the head, and one that looks like a request of ours.
    client.write(`${requestText('GET /v1/sys/control', head)}LIST `);
    assert.equal((await client.answer()).status, 101);
    client.write('/v1/x HTTP/1.1\r\n\r\nLIST ');
    client.socket.end();
    assert.equal(await client.closed(), 'LIST /v1/x HTTP/1.1\r\n\r\nLIST ');
  });
}

test('without a handler an upgrade is a request like any other', async (t) => {
  const { send, requests } = await startListener(t);
  const head = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';
  assert.equal((await send(requestText('GET /v1/a', head))).status, 200);
  assert.equal(requests.length, 1);
});

test('Connection: close is obeyed', async (t) => {
  const { connect } = await startListener(t);
  const client = await connect();
  client.write(requestText('GET /v1/a', 'Connection: close\r\n') + requestText('GET /v1/b'));
  assert.equal((await client.answer()).status, 200);
  assert.equal(await client.closed(), '');
});

for (const transport of transports) {
  test(`a client that closes its side after asking gets its answers: ${transport}`, async (t) => {
    const { connect, listener } = await startListener(t, {
      transport,
      handle: async (request) => {
        for (let turn = 0; turn < 5; turn += 1) await new Promise((done) => setImmediate(done));
        return { status: 200, body: { path: request.path } };
      },
    });
    const client = await connect();
    client.socket.end(requestText('GET /v1/a') + requestText('LIST /v1/b'));
    assert.deepEqual(JSON.parse((await client.answer()).body), { path: 'a' });
    assert.deepEqual(JSON.parse((await client.answer()).body), { path: 'b/' });
    assert.equal(await client.closed(), '');
    while (listener.connections.open > 0) await new Promise((done) => setImmediate(done));
  });

  test(`a client that closes its side in the middle of a request is gone: ${transport}`, async (t) => {
    const { connect, listener, requests } = await startListener(t, { transport });
    const whole = requestText('POST /v1/a', 'Content-Length: 5\r\n', 'abcd');
    for (const length of [2, 20, whole.length]) {
      const client = await connect();
      client.socket.end(whole.slice(0, length));
      await client.closed();
      while (listener.connections.open > 0) await new Promise((done) => setImmediate(done));
    }
    assert.deepEqual(requests, []);
  });
}
