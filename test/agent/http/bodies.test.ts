import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CoreRequest } from '../../../src/core/request.ts';
import { requestText, startListener, transports } from './listener-harness.ts';

function lengthHeader(body: string): string {
  return `Content-Length: ${body.length}\r\n`;
}

const types: readonly (readonly [header: string, body: string, type: string | undefined])[] = [
  ['', '{"a":1}', undefined],
  ['Content-Type: application/json; charset=utf-8\r\n', '{"a":1}', 'application/json'],
  ['Content-Type: Application/JSON\r\n', '{"a":1}', 'application/json'],
  [
    'Content-Type: application/x-www-form-urlencoded\r\n',
    'a=1',
    'application/x-www-form-urlencoded',
  ],
  ['Content-Type: text/plain\r\n', '{"a":1}', 'text/plain'],
];

for (const [header, body, type] of types) {
  test(`a body ${body} under ${JSON.stringify(header)} is of type ${type}`, async (t) => {
    const { send, requests } = await startListener(t);
    await send(requestText('POST /v1/a', header + lengthHeader(body), body));
    assert.equal(requests[0]?.contentType, type);
    assert.equal(Buffer.from(requests[0]?.body ?? []).toString(), body);
  });
}

test('PATCH takes a merge patch, with or without parameters', async (t) => {
  const { send, requests } = await startListener(t);
  const type = 'Content-Type: application/merge-patch+json; x=y\r\n';
  const answer = await send(requestText('PATCH /v1/a', type + lengthHeader('{}'), '{}'));
  assert.equal(answer.status, 200);
  assert.equal(requests[0]?.method, 'patch');
  assert.equal(requests[0]?.contentType, 'application/merge-patch+json');
});

test('a chunked body of many parts arrives whole', async (t) => {
  const { connect, requests } = await startListener(t);
  const client = await connect();
  const parts = Array.from({ length: 40 }, (_, index) => String(index).padStart(500, 'x'));
  client.write(requestText('POST /v1/a', 'Transfer-Encoding: chunked\r\n'));
  for (const part of parts) client.write(`${part.length.toString(16)}\r\n${part}\r\n`);
  client.write('0\r\n\r\n');
  assert.equal((await client.answer()).status, 200);
  assert.equal(Buffer.from(requests[0]?.body ?? []).toString(), parts.join(''));
  client.close();
});

test('a body may be as long as the limit, and not a byte longer', async (t) => {
  const { send, requests } = await startListener(t, { limits: { requestBytes: 1_000 } });
  const body = 'b'.repeat(1_000);
  assert.equal((await send(requestText('POST /v1/a', lengthHeader(body), body))).status, 200);
  const longer = `${body}b`;
  const refused = await send(requestText('POST /v1/a', lengthHeader(longer), longer));
  assert.equal(refused.status, 413);
  assert.deepEqual(JSON.parse(refused.body).error_codes, ['http.body-too-large']);
  assert.equal(requests.length, 1);
});

test('a body that says it is too long is refused before it is sent', async (t) => {
  const { send } = await startListener(t, { limits: { requestBytes: 1_000 } });
  const answer = await send(requestText('POST /v1/a', 'Content-Length: 1001\r\n'));
  assert.equal(answer.status, 413);
  assert.equal(answer.headers.get('connection'), 'close');
});

test('a client that asks first is told before it sends: 100, or 413', async (t) => {
  const { connect } = await startListener(t, { limits: { requestBytes: 10 } });
  const client = await connect();
  client.write(requestText('POST /v1/a', 'Expect: 100-continue\r\nContent-Length: 2\r\n'));
  assert.equal((await client.answer()).status, 100);
  client.write('{}');
  assert.equal((await client.answer()).status, 200);
  client.write(requestText('LIST /v1/a'));
  assert.equal((await client.answer()).status, 200);
  client.write(requestText('POST /v1/a', 'Expect: 100-continue\r\nContent-Length: 11\r\n'));
  assert.equal((await client.answer()).status, 413);
  assert.equal(await client.closed(), '');
});

for (const transport of transports) {
  test(`a chunked body without end is refused at the limit, on every verb: ${transport}`, async (t) => {
    const { connect, requests } = await startListener(t, {
      transport,
      limits: { requestBytes: 10_000, lingerMs: 50, connectionsCheckMs: 10 },
    });
    for (const line of ['POST /v1/a', 'GET /v1/a', 'LIST /v1/a', 'DELETE /v1/a']) {
      const client = await connect();
      client.write(requestText(line, 'Transfer-Encoding: chunked\r\n'));
      const chunk = `400\r\n${'c'.repeat(1_024)}\r\n`;
      for (let sent = 0; sent < 20; sent += 1) client.write(chunk);
      assert.equal((await client.answer()).status, 413, line);
      assert.equal(await client.closed(), '', line);
    }
    assert.equal(requests.length, 0);
  });
}

test('the refusal of a long body reaches a client that sends it all the same', async (t) => {
  const { connect } = await startListener(t, { limits: { requestBytes: 1_000 } });
  const client = await connect();
  const body = 'b'.repeat(3_000_000);
  client.write(requestText('POST /v1/a', lengthHeader(body), body));
  assert.equal((await client.answer()).status, 413);
  client.close();
});

test('reads and deletions have no body for the core', async (t) => {
  const { send, requests } = await startListener(t);
  for (const line of ['GET /v1/a', 'DELETE /v1/a', 'LIST /v1/a']) {
    assert.equal((await send(requestText(line, 'Content-Length: 2\r\n', '{}'))).status, 200);
  }
  assert.deepEqual(
    requests.map(({ body }) => body.length),
    [0, 0, 0],
  );
});

test('the bytes of a body are zeroed when the handler is done', async (t) => {
  let kept: CoreRequest['body'] | undefined;
  const { send } = await startListener(t, {
    handle: (request) => {
      kept = request.body;
      assert.equal(Buffer.from(request.body).toString(), 'share');
      return { status: 204, body: undefined };
    },
  });
  await send(requestText('POST /v1/sys/unseal', lengthHeader('share'), 'share'));
  assert.deepEqual([...(kept ?? [])], [0, 0, 0, 0, 0]);
});

test('a client that leaves in the middle of its body is forgotten', async (t) => {
  const { connect, requests, listener } = await startListener(t);
  const client = await connect();
  client.write(requestText('POST /v1/a', 'Content-Length: 100\r\n', 'half'));
  client.socket.end();
  await client.closed();
  while (listener.connections.open > 0) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(requests.length, 0);
});
