import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { test } from 'node:test';

import { freePort } from '../../support/free-port.ts';
import type { Measured } from './measured.ts';
import { measureHere } from './own-loader.ts';
import { rawRequest } from './raw-request.ts';
import { hasWrk, measureWithWrk } from './wrk.ts';

const delayMs = 20;
/** Far more than two generators differ by, on a machine that does other work as well. */
const differenceMax = 2;

const request = { method: 'GET', path: '/', headers: {} } as const;

interface Loading {
  readonly connections: number;
  readonly seconds?: number;
  readonly generator?: typeof measureHere;
}

async function load(listener: RequestListener, loading: Loading): Promise<Measured> {
  const { connections, seconds = 1, generator = measureHere } = loading;
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  try {
    const { port } = address;
    const requests = [rawRequest(`127.0.0.1:${port}`, request)];
    return await generator({ host: '127.0.0.1', port, requests, connections, seconds });
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/** Answers late, so that the server is what takes time, and not the machine. */
const late: RequestListener = (_request, response) => {
  setTimeout(() => response.writeHead(200, { 'content-length': 2 }).end('{}'), delayMs);
};

test('the own loader counts what the server answered, and how long it took', async () => {
  let asked = 0;
  const measured = await load(
    (incoming, response) => {
      asked += 1;
      late(incoming, response);
    },
    { connections: 4 },
  );
  assert.equal(measured.requests, asked);
  assert.equal(measured.notOk, 0);
  assert.ok(measured.p50Ms >= delayMs - 1 && measured.p99Ms >= measured.p50Ms);
  // Four connections, each with one request under way at a time.
  assert.ok(measured.requestsPerSecond <= (4 * 1_000) / (delayMs - 1));
});

test('the own loader opens anew what the server closes, and counts refusals', async () => {
  let asked = 0;
  const refusing: RequestListener = (_request, response) => {
    asked += 1;
    const headers = { 'content-length': 0, connection: asked % 3 === 0 ? 'close' : 'keep-alive' };
    response.writeHead(asked % 2 === 0 ? 429 : 200, headers).end();
  };
  const measured = await load(refusing, { connections: 2 });
  assert.equal(measured.requests, asked);
  assert.equal(measured.notOk, Math.floor(asked / 2));
});

test('a request whose connection breaks counts as one that was not answered', async () => {
  let asked = 0;
  const breaking: RequestListener = (_request, response) => {
    asked += 1;
    if (asked % 2 === 0) response.destroy();
    else response.writeHead(200, { 'content-length': 0 }).end();
  };
  const measured = await load(breaking, { connections: 1 });
  assert.equal(measured.requests + measured.notOk, asked);
});

test('a server that is not there is an error and no figure', async () => {
  const port = await freePort();
  const raw = { host: '127.0.0.1', port, requests: [rawRequest('x', request)] };
  await assert.rejects(measureHere({ ...raw, connections: 2, seconds: 1 }), /nobody answered/);
});

test('the own loader and wrk agree', { skip: !hasWrk() && 'wrk is not here' }, async () => {
  const own = await load(late, { connections: 16 });
  const wrk = await load(late, { connections: 16, generator: measureWithWrk });
  for (const figure of ['requestsPerSecond', 'p50Ms'] as const) {
    const ratio = own[figure] / wrk[figure];
    assert.ok(ratio < differenceMax && ratio > 1 / differenceMax, `${figure}: ${ratio}`);
  }
});
