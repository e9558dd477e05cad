import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { AutoIdentity } from '../../../agent/tls/auto-identity.ts';
import type { CoreAnswer } from '../../../src/core/request.ts';
import { requestText, startListener, transports } from './listener-harness.ts';

const options = { timeout: 20_000 };

/** A handler that answers when the test says so. */
function held() {
  const { promise: started, resolve: start } = Promise.withResolvers<void>();
  const { promise: answer, resolve: release } = Promise.withResolvers<CoreAnswer>();
  const handle = (): Promise<CoreAnswer> => {
    start();
    return answer;
  };
  return { started, handle, release: () => release({ status: 200, body: { done: true } }) };
}

for (const transport of transports) {
  test(
    `a drain lets the request in flight finish and closes the rest: ${transport}`,
    options,
    async (t) => {
      const { started, handle, release } = held();
      const { connect, listener } = await startListener(t, { transport, handle });
      const idle = await connect();
      const busy = await connect();
      busy.write(requestText('GET /v1/a'));
      await started;
      const address = listener.address;
      const drained = listener.drain();
      assert.equal(await idle.closed(), '');
      const late = address.startsWith('unix://')
        ? connectTcp(address.slice('unix://'.length))
        : connectTcp(Number(new URL(address).port), '127.0.0.1');
      const [error] = await once(late, 'error');
      assert.match(error.code, /ECONNREFUSED|ENOENT/);
      release();
      const answer = await busy.answer();
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get('connection'), 'close');
      assert.equal(await busy.closed(), '');
      await drained;
      assert.equal(listener.connections.open, 0);
    },
  );
}

test('a drain ends at its deadline, whatever is still in flight', options, async (t) => {
  const { started, handle } = held();
  const { connect, listener, requests } = await startListener(t, { handle });
  const busy = await connect();
  busy.write(requestText('GET /v1/a'));
  await started;
  await listener.drain(50);
  assert.equal(await busy.closed(), '');
  assert.equal(requests[0]?.signal?.aborted, true);
  assert.equal(listener.connections.open, 0);
});

test('a drain closes connections in the middle of a handshake or a head', options, async (t) => {
  const { connect, listener } = await startListener(t, { transport: 'tls' });
  const half = await connect();
  half.write('GET /v1/a HT');
  const raw = connectTcp(Number(new URL(listener.address).port), '127.0.0.1');
  raw.on('error', () => {});
  await once(raw, 'connect');
  while (listener.connections.open < 2) await new Promise((resolve) => setImmediate(resolve));
  await listener.drain(50);
  await half.closed();
  assert.equal(listener.connections.open, 0);
});

test('draining twice, and before the start, is harmless', options, async (t) => {
  const { listener } = await startListener(t);
  await Promise.all([listener.drain(), listener.drain()]);
  await listener.drain();
});

test('a new certificate is served to new connections, old ones live on', options, async (t) => {
  const { connect, listener } = await startListener(t, { transport: 'tls' });
  const old = await connect();
  const folder = mkdtempSync(join(tmpdir(), 'strongbox-http-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const next = await AutoIdentity.open({ folder, names: ['next.example'], nowMs: Date.now });
  listener.replaceIdentity(next.identity);
  const port = Number(new URL(listener.address).port);
  const fresh = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false });
  await once(fresh, 'secureConnect');
  assert.match(fresh.getPeerX509Certificate()?.subjectAltName ?? '', /next\.example/);
  fresh.destroy();
  old.write('GET /v1/a HTTP/1.1\r\nHost: next.example\r\n\r\n');
  assert.equal((await old.answer()).status, 200);
  old.close();
});
