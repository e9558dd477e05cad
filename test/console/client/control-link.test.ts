import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ControlEvent } from '../../../console/client/control-events.ts';
import { ControlLink } from '../../../console/client/control-link.ts';
import { controlTokenRetryMs } from '../../../console/client/control-limits.ts';
import { type Call, ControlStandIn, type Script } from '../../support/control-stand-in.ts';
import { waitFor } from '../../support/wait-for.ts';

const ceremony = {
  kind: 'ceremony',
  ceremony: 'unseal',
  state: 'waiting',
  nonce: 'n',
  publicKey: '',
  setId: 's',
  threshold: 2,
  count: 3,
  entered: [],
  attempt: 1,
  participants: [],
  events: [],
};
const identity = { displayName: 'alice', policies: ['ops'] };
const denied = { error: { code: -32_000, message: 'no', data: { code: 'x', status: 403 } } };
const sealed = {
  error: { code: -32_000, message: 'sealed', data: { code: 'request.sealed', status: 503 } },
};

/** Knows the token `good`, and shows `alarms` to it alone. */
function wellBehaved({ method, params }: Call): ReturnType<Script> {
  if (method === 'authenticate') {
    return params['token'] === 'good' ? { result: identity } : denied;
  }
  if (method === 'presence') return { result: { participant: 'p1' } };
  if (method === 'unsubscribe') return { result: { topic: params['topic'] } };
  if (method !== 'subscribe') return denied;
  if (params['topic'] === 'ceremony') return { result: { topic: 'ceremony', snapshot: ceremony } };
  return denied;
}

interface Room extends AsyncDisposable {
  readonly standIn: ControlStandIn;
  readonly link: ControlLink;
  readonly events: ControlEvent[];
}

async function open(script: Script): Promise<Room> {
  const standIn = await ControlStandIn.start(script);
  const events: ControlEvent[] = [];
  const endpoint = { kind: 'socket', path: standIn.path, source: 'test' } as const;
  const link = new ControlLink({ endpoint, tls: {} }, (event) => events.push(event));
  return {
    standIn,
    link,
    events,
    async [Symbol.asyncDispose]() {
      link.stop();
      await standIn[Symbol.asyncDispose]();
    },
  };
}

/** How often the link was reported live. */
function lives(events: readonly ControlEvent[]): number {
  return events.filter((event) => event.kind === 'link' && event.link.kind === 'live').length;
}

function identities(events: readonly ControlEvent[]): string[] {
  return events.flatMap((event) => (event.kind === 'identity' ? [event.state.kind] : []));
}

test('a socket that breaks is replaced, and brought to the same state', async () => {
  await using room = await open(wellBehaved);
  room.link.setToken('good');
  room.link.follow(['ceremony', 'alarms']);
  room.link.setPresence({ name: 'alice', view: 'cluster' });
  room.link.start();
  await waitFor('the first link', () => lives(room.events) === 1);
  const wanted = ['authenticate', 'subscribe', 'subscribe', 'presence'];
  assert.deepEqual(room.standIn.methods(), wanted);

  await room.standIn.vanish();
  await waitFor('the loss', () =>
    room.events.some((event) => event.kind === 'link' && event.link.kind === 'waiting'),
  );
  await room.standIn.listen();
  await waitFor('the second link', () => lives(room.events) === 2);
  assert.deepEqual(room.standIn.methods(), [...wanted, ...wanted]);
  assert.deepEqual(identities(room.events), ['known', 'known']);
});

test('a topic that is refused is told as such, and asked for again with another token', async () => {
  await using room = await open(wellBehaved);
  room.link.follow(['alarms']);
  room.link.start();
  await waitFor('the refusal', () => room.events.some(({ kind }) => kind === 'topic-refused'));
  room.link.setToken('good');
  await waitFor('the second try', () => room.standIn.methods().filter(isSubscribe).length === 2);
  assert.deepEqual(identities(room.events), ['anonymous', 'known']);
});

function isSubscribe(method: string): boolean {
  return method === 'subscribe';
}

test('a token that is no good is dropped, and not sent again', async () => {
  await using room = await open(wellBehaved);
  room.link.setToken('bad');
  room.link.start();
  await waitFor('the link', () => lives(room.events) === 1);
  assert.deepEqual(identities(room.events), ['refused']);
  room.standIn.socket.terminate();
  await waitFor('the next link', () => lives(room.events) === 2);
  assert.deepEqual(room.standIn.methods(), ['authenticate']);
  assert.deepEqual(identities(room.events), ['refused', 'anonymous']);
});

test('a token that is refused leaves nobody bound who was bound before', async () => {
  await using room = await open(wellBehaved);
  room.link.setToken('good');
  room.link.start();
  await waitFor('the link', () => lives(room.events) === 1);
  room.link.setToken('bad');
  await waitFor('the fresh link', () => lives(room.events) === 2);
  assert.equal(room.standIn.sockets.length, 2);
  assert.deepEqual(identities(room.events), ['known', 'refused']);
});

test('CVE-2021-38554: what one token followed does not go on for another', async () => {
  await using room = await open((call) =>
    call.method === 'authenticate' ? { result: identity } : wellBehaved(call),
  );
  room.link.follow(['ceremony']);
  room.link.setToken('good');
  room.link.start();
  await waitFor('the link', () => lives(room.events) === 1);
  room.link.setToken('another');
  await waitFor('the fresh link', () => lives(room.events) === 2);
  assert.equal(room.standIn.sockets.length, 2);
  assert.deepEqual(identities(room.events), ['known', 'known']);
  const followed = room.standIn.methods().filter(isSubscribe);
  assert.equal(followed.length, 2, 'each asked for itself');
});

test('logging out takes a fresh socket at once', async () => {
  await using room = await open(wellBehaved);
  room.link.setToken('good');
  room.link.start();
  await waitFor('the link', () => lives(room.events) === 1);
  room.link.setToken(undefined);
  await waitFor('the fresh link', () => lives(room.events) === 2);
  assert.deepEqual(identities(room.events), ['known', 'anonymous']);
  const waits = room.events.filter(
    (event) => event.kind === 'link' && event.link.kind === 'waiting',
  );
  assert.deepEqual(waits, []);
});

test('a sealed agent is asked again for the same token once it is unsealed', async () => {
  let isSealed = true;
  await using room = await open((call) =>
    call.method === 'authenticate' && isSealed ? sealed : wellBehaved(call),
  );
  room.link.setToken('good');
  room.link.follow(['ceremony']);
  room.link.start();
  await waitFor('the link', () => lives(room.events) === 1);
  assert.deepEqual(identities(room.events), ['waiting']);
  isSealed = false;
  room.standIn.send({
    jsonrpc: '2.0',
    method: 'update',
    params: { topic: 'ceremony', sequence: 1, snapshot: { ...ceremony, state: 'done' } },
  });
  await waitFor('the identity', () => identities(room.events).length === 2);
  assert.deepEqual(identities(room.events), ['waiting', 'known']);
});

for (const status of [503, 429]) {
  test(`a token that could not be looked at is shown again, untold: ${status}`, async () => {
    const cannot = { error: { code: -32_000, message: 'not now', data: { code: 'z', status } } };
    let isOver = false;
    await using room = await open((call) =>
      call.method === 'authenticate' && !isOver ? cannot : wellBehaved(call),
    );
    room.link.setToken('good');
    room.link.start();
    await waitFor('the link', () => lives(room.events) === 1);
    const first = room.events.find(({ kind }) => kind === 'identity');
    const problem = { code: 'z', status, message: 'not now' };
    assert.deepEqual(first, { kind: 'identity', state: { kind: 'waiting', problem } });
    isOver = true;
    await waitFor('the identity', () => identities(room.events).includes('known'));
    assert.equal(room.standIn.sockets.length, 1, 'on the same socket');
  });
}

test('a token that is no longer wanted is not shown again', async () => {
  const cannot = { error: { code: -32_000, message: 'no', data: { code: 'z', status: 503 } } };
  await using room = await open((call) => {
    if (call.method !== 'authenticate') return wellBehaved(call);
    return call.params['token'] === 'first' ? cannot : wellBehaved(call);
  });
  room.link.setToken('first');
  room.link.start();
  await waitFor('the link', () => lives(room.events) === 1);
  room.link.setToken('good');
  await waitFor('the identity', () => identities(room.events).includes('known'));
  // The first one's time has come and gone when the second one's would come after it.
  await new Promise((resolve) => setTimeout(resolve, 1.3 * controlTokenRetryMs));
  const shown = room.standIn.methods().filter((method) => method === 'authenticate');
  assert.equal(shown.length, 2);
});

test('a revoked token is not used on the next socket', async () => {
  await using room = await open(wellBehaved);
  room.link.setToken('good');
  room.link.start();
  await waitFor('the link', () => lives(room.events) === 1);
  room.standIn.socket.close(4001);
  await waitFor('the next link', () => lives(room.events) === 2);
  assert.deepEqual(room.standIn.methods(), ['authenticate']);
  assert.deepEqual(identities(room.events), ['known', 'refused', 'anonymous']);
});

test('an agent of another version is not dialled without pause', async () => {
  await using room = await open((call) =>
    call.method === 'authenticate' ? { result: { displayName: 7 } } : wellBehaved(call),
  );
  room.link.setToken('good');
  room.link.start();
  const waits = await waitFor('three losses', () => {
    const found = room.events.flatMap((event) =>
      event.kind === 'link' && event.link.kind === 'waiting' ? [event.link] : [],
    );
    return found.length >= 3 && found;
  });
  assert.ok((waits[2]?.retryInMs ?? 0) > (waits[0]?.retryInMs ?? 0));
  assert.match(waits[0]?.problem.message ?? '', /this version does not know/);
});

test('an agent that talks nonsense is left, with waits that grow', async () => {
  await using room = await open((call, socket) => {
    socket.send('nonsense');
    return wellBehaved(call);
  });
  room.link.follow(['ceremony']);
  room.link.start();
  const waits = await waitFor('three losses', () => {
    const found = room.events.flatMap((event) =>
      event.kind === 'link' && event.link.kind === 'waiting' ? [event.link] : [],
    );
    return found.length >= 3 && found;
  });
  assert.deepEqual(waits.map(({ attempt }) => attempt).slice(0, 3), [1, 2, 3]);
  assert.ok((waits[2]?.retryInMs ?? 0) > (waits[0]?.retryInMs ?? 0));
  assert.equal(lives(room.events), 0);
});
