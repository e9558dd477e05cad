import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Admission } from '../../../../agent/http/admission/admission.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { type RawClient, requestText, startListener, transports } from '../listener-harness.ts';

/**
 * Connections that sleep: what a client sees of them is what it sees of those that do not. Sweeps
 * come every few milliseconds here, so that a connection sleeps as soon as it is idle.
 */

const options = { timeout: 20_000 };
const restless = { connectionsCheckMs: 5 };
/** Time enough to fall asleep, for those that must not. */
const manySweepsMs = 60;

interface Sleepers {
  readonly connections: { readonly sleeping: number };
}

async function asleep(listener: Sleepers): Promise<void> {
  await waitFor('sleep', () => listener.connections.sleeping === 1);
}

async function ask(client: RawClient, text: string): Promise<number> {
  client.write(text);
  return (await client.answer()).status;
}

for (const transport of transports) {
  test(
    `a connection that slept serves as before, again and again: ${transport}`,
    options,
    async (t) => {
      const { connect, requests, listener } = await startListener(t, {
        transport,
        limits: restless,
      });
      const client = await connect();
      for (let round = 0; round < 15; round += 1) {
        assert.equal(await ask(client, requestText('LIST /v1/a')), 200);
        const body = 'x'.repeat(100_000);
        assert.equal(
          await ask(client, requestText('POST /v1/b', `Content-Length: ${body.length}\r\n`, body)),
          200,
        );
        await asleep(listener);
      }
      assert.equal(requests.length, 30);
      assert.ok(requests.every(({ method }, at) => method === (at % 2 === 0 ? 'list' : 'write')));
      assert.deepEqual(listener.connections, {
        open: 1,
        inFlight: 0,
        sleeping: 1,
        refused: 0,
      });
      client.close();
    },
  );

  test(
    `requests that come in pieces or together wake it as well: ${transport}`,
    options,
    async (t) => {
      const { connect, listener } = await startListener(t, { transport, limits: restless });
      const client = await connect();
      assert.equal(await ask(client, requestText('GET /v1/a')), 200);
      for (let round = 0; round < 3; round += 1) {
        await asleep(listener);
        client.write('LI');
        await wait(manySweepsMs);
        assert.equal(listener.connections.sleeping, 0);
        assert.equal(await ask(client, requestText('ST /v1/a')), 200);
        await asleep(listener);
        client.write(requestText('GET /v1/a').repeat(3));
        for (let count = 0; count < 3; count += 1) {
          assert.equal((await client.answer()).status, 200);
        }
      }
      client.close();
    },
  );

  test(
    `a sleeping connection is closed when its time is over: ${transport}`,
    options,
    async (t) => {
      const limits = { ...restless, keepAliveMs: 1_000 };
      const { connect, listener } = await startListener(t, { transport, limits });
      const client = await connect();
      assert.equal(await ask(client, requestText('GET /v1/a')), 200);
      await asleep(listener);
      assert.equal(await client.closed(), '');
      await waitFor('the end', () => listener.connections.open === 0);
    },
  );

  test(
    `a client that goes while it sleeps leaves nothing behind: ${transport}`,
    options,
    async (t) => {
      const { connect, listener } = await startListener(t, { transport, limits: restless });
      for (const leave of ['end', 'destroy'] as const) {
        const client = await connect();
        assert.equal(await ask(client, requestText('GET /v1/a')), 200);
        await asleep(listener);
        client.socket[leave]();
        await waitFor('the end', () => listener.connections.open === 0);
      }
    },
  );

  test(`a drain closes those that sleep at once: ${transport}`, options, async (t) => {
    const { connect, listener } = await startListener(t, { transport, limits: restless });
    const client = await connect();
    assert.equal(await ask(client, requestText('GET /v1/a')), 200);
    await asleep(listener);
    await listener.drain();
    assert.equal(await client.closed(), '');
  });
}

test('the requests of a connection are counted across its sleep', options, async (t) => {
  const limits = { ...restless, requestsPerConnection: 3 };
  const { connect, listener } = await startListener(t, { limits });
  const client = await connect();
  const connection: (string | undefined)[] = [];
  for (let count = 0; count < 3; count += 1) {
    client.write(requestText('GET /v1/a'));
    connection.push((await client.answer()).headers.get('connection'));
    if (count < 2) await asleep(listener);
  }
  assert.deepEqual(connection, ['keep-alive', 'keep-alive', 'close']);
});

test('what is slow to come, or is answered slowly, does not sleep', options, async (t) => {
  const sleepingMeanwhile: number[] = [];
  const { connect, listener } = await startListener(t, {
    limits: restless,
    handle: async () => {
      await wait(manySweepsMs);
      sleepingMeanwhile.push(listener.connections.sleeping);
      return { status: 200, body: {} };
    },
  });
  const client = await connect();
  for (let count = 0; count < 3; count += 1) {
    client.write('POST /v1/a HTTP/1.1\r\nHost: localhost\r\nContent-Le');
    await wait(manySweepsMs);
    assert.equal(listener.connections.sleeping, 0);
    client.write('ngth: 4\r\n\r\n{}');
    await wait(manySweepsMs);
    assert.equal(listener.connections.sleeping, 0);
    client.write('  ');
    assert.equal((await client.answer()).status, 200);
  }
  assert.deepEqual(sleepingMeanwhile, [0, 0, 0]);
  client.close();
});

test(
  'the first request after a sleep is not refused before Node has seen one',
  options,
  async (t) => {
    const one = { leastUnits: 1, mostUnits: 1, targetMs: Number.POSITIVE_INFINITY };
    const held = Promise.withResolvers<void>();
    const { connect, listener } = await startListener(t, {
      admission: new Admission({ read: one }),
      limits: { ...restless, headersMs: 300 },
      handle: async ({ path }) => {
        if (path === 'held') await held.promise;
        return { status: 200, body: {} };
      },
    });
    const [holder, client] = [await connect(), await connect()];
    assert.equal(await ask(client, requestText('GET /v1/a')), 200);
    await asleep(listener);
    holder.write(requestText('GET /v1/held'));
    await waitFor('the request that holds', () => listener.connections.inFlight === 1);
    assert.equal(await ask(client, requestText('GET /v1/a')), 429);
    // Longer than a head may take: Node closes a connection that it never had a request of.
    await wait(1_000);
    assert.equal(await ask(client, requestText('GET /v1/a')), 429, 'it was not cut off meanwhile');
    held.resolve();
    assert.equal((await holder.answer()).status, 200);
    holder.close();
    client.close();
  },
);
