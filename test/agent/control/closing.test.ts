import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { Refused, startAgent, transports } from './control-harness.ts';
import { startServer } from './server-harness.ts';

test('consoles are told with 4003 that the agent stops, and no new one gets in', async (t) => {
  const agent = await startAgent(t);
  await agent.unsealed();
  const consoles = await Promise.all(transports.map((transport) => agent.dial({ transport })));
  for (const console of consoles) await console.call('subscribe', { topic: 'cluster' });
  const stopped = agent.agent.stop();
  assert.deepEqual(await Promise.all(consoles.map(({ closed }) => closed)), [4_003, 4_003, 4_003]);
  await stopped;
  await assert.rejects(agent.dial());
});

test('calls that wait are answered before the socket closes, and no more are taken', async (t) => {
  let release: () => void = () => undefined;
  let asked: () => void = () => undefined;
  const reading = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const { control, core, dial } = await startServer(t, {}, async () => {
    asked();
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    return { lines: ['{"index":0}'], next: 1 };
  });
  const console = await dial();
  await console.call('authenticate', { token: core.rootToken });
  const page = console.call('audit.read', { node: 'node-1', from: 0, lines: 1 });
  await reading;
  const stopped = control.stop();
  await assert.rejects(
    console.call('ceremony.status', {}),
    (error) => error instanceof Refused && error.code === 'http.stopping',
  );
  release();
  assert.deepEqual((await page).lines, ['{"index":0}']);
  assert.equal(await console.closed, 4_003);
  await stopped;
});

interface Page {
  readonly lines: string[];
  readonly next: number;
}

type Held = PromiseWithResolvers<Page>;

/** A console whose call waits though its token is revoked; `onEnded` runs when that is noticed. */
async function callOfRevoked(t: TestContext, onEnded: (page: Held) => void) {
  const page = Promise.withResolvers<Page>();
  const asked = Promise.withResolvers<void>();
  const { core, dial } = await startServer(t, { tokenCheckMs: 20 }, () => {
    asked.resolve();
    return page.promise;
  });
  const { standing } = core.built;
  const stateOf = standing.state.bind(standing);
  t.mock.method(standing, 'state', async (token: string) => {
    const state = await stateOf(token);
    // In the same turn of the loop, behind whatever the channel does about it at once.
    if (state === 'ended') setImmediate(() => onEnded(page));
    return state;
  });
  const console = await dial();
  await console.call('authenticate', { token: core.rootToken });
  const answer = console.call('audit.read', { node: 'node-1', from: 0, lines: 1 });
  answer.catch(() => undefined); // The caller looks at it when the socket is closed.
  await asked.promise;
  await Promise.all([core.data('write', 'auth/token/revoke-self', {}), console.closed]);
  return { code: await console.closed, answer, page };
}

test('a call that was served before its token ended is answered before the close', async (t) => {
  const { code, answer } = await callOfRevoked(t, ({ resolve }) =>
    resolve({ lines: ['{"index":0}'], next: 1 }),
  );
  assert.deepEqual((await answer).lines, ['{"index":0}']);
  assert.equal(code, 4_001);
});

test('a call that hangs does not hold the socket of an ended token open', async (t) => {
  const { code, answer, page } = await callOfRevoked(t, () => undefined);
  await assert.rejects(answer);
  assert.equal(code, 4_001);
  page.resolve({ lines: [], next: 0 });
});

test('a console that takes no part in the closing does not hold the agent up', async (t) => {
  const { control, dial } = await startServer(t);
  const console = await dial();
  console.socket.pause();
  await control.stop();
  assert.equal(control.size, 0);
});

test('a peer that answers no ping is closed with 4004, and one that does stays', async (t) => {
  const { control, dial } = await startServer(t, { pingIntervalMs: 20, silenceMsMax: 200 });
  const silent = await dial({ autoPong: false });
  const alive = await dial();
  assert.equal(await silent.closed, 4_004);
  for (let count = 0; count < 5; count += 1) await once(alive.socket, 'ping');
  assert.equal((await alive.call('ceremony.status', {})).state, 'done');
  assert.equal(control.size, 1);
});

test('what was on its way when the socket closes is not served', async (t) => {
  const { core, dial } = await startServer(t);
  const console = await dial();
  const before = core.auditLines().length;
  // One chunk: a violation, and behind it a request.
  console.socket.send('no JSON');
  console.socket.send(
    '{"jsonrpc":"2.0","id":1,"method":"request","params":{"operation":"read","path":"sys/mounts"}}',
  );
  assert.equal(await console.closed, 4_002);
  assert.equal(core.auditLines().length, before);
});

test('who leaves is gone from the ceremony', async (t) => {
  const { core, dial } = await startServer(t);
  const console = await dial();
  await console.call('presence', { name: 'alice', view: 'cluster' });
  assert.equal(core.built.ceremony.snapshot().participants.length, 1);
  const left = new Promise<void>((resolve) => {
    core.built.ceremony.onChange(() => {
      if (core.built.ceremony.snapshot().participants.length === 0) resolve();
    });
  });
  console.socket.terminate();
  await left;
});
