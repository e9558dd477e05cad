import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ControlSession, type SessionEnd } from '../../../console/client/control-session.ts';
import { ControlRefusal, problemOf } from '../../../console/client/control-problem.ts';
import type { TopicUpdate } from '../../../shared/control/topics.ts';
import { isFailure } from '../../../shared/errors/failure.ts';
import { ControlStandIn, type Script } from '../../support/control-stand-in.ts';
import { waitFor } from '../../support/wait-for.ts';

interface Room extends AsyncDisposable {
  readonly standIn: ControlStandIn;
  readonly session: ControlSession;
  readonly updates: TopicUpdate[];
  readonly ends: SessionEnd[];
}

async function open(script: Script): Promise<Room> {
  const standIn = await ControlStandIn.start(script);
  const updates: TopicUpdate[] = [];
  const ends: SessionEnd[] = [];
  const session = await ControlSession.dial(placeOf(standIn), {
    onUpdate: (update) => updates.push(update),
    onHeard: () => undefined,
    onEnd: (end) => ends.push(end),
  });
  return {
    standIn,
    session,
    updates,
    ends,
    async [Symbol.asyncDispose]() {
      session.close();
      await standIn[Symbol.asyncDispose]();
    },
  };
}

function placeOf({ path }: ControlStandIn) {
  return { endpoint: { kind: 'socket', path, source: 'test' }, tls: {} } as const;
}

test('answers find their calls, in whatever order they come', async () => {
  const held: number[] = [];
  await using room = await open(({ id }, socket) => {
    held.push(id);
    if (held.length < 3) return undefined;
    for (const waiting of held.toReversed()) {
      const result = { status: 200, body: { call: waiting } };
      socket.send(JSON.stringify({ jsonrpc: '2.0', id: waiting, result }));
    }
    return undefined;
  });
  const ask = (path: string) => room.session.call('request', { operation: 'read', path });
  const answers = await Promise.all([ask('a'), ask('b'), ask('c')]);
  assert.deepEqual(
    answers.map(({ body }) => body?.['call']),
    [1, 2, 3],
  );
  assert.deepEqual(
    room.standIn.calls.map(({ params }) => params['path']),
    ['a', 'b', 'c'],
  );
});

test('what the agent refuses carries its stable code and status', async () => {
  await using room = await open(() => ({
    error: { code: -32_000, message: 'no', data: { code: 'request.denied', status: 403 } },
  }));
  await assert.rejects(room.session.call('challenge', {}), (error) => {
    assert.ok(error instanceof ControlRefusal);
    assert.deepEqual(error.problem, { code: 'request.denied', status: 403, message: 'no' });
    return true;
  });
  assert.deepEqual(room.ends, []);
});

test('an answer of another shape is refused by the place that is wrong, not by its content', async () => {
  await using room = await open(() => ({ result: { nonce: { hvs: 'secret' } } }));
  await assert.rejects(room.session.call('challenge', {}), (error) => {
    const { code, message } = problemOf(error);
    assert.equal(code, 'client.answer-malformed');
    assert.match(message, /^result\.nonce is not text/);
    assert.doesNotMatch(message, /secret/);
    return true;
  });
});

test('a call that is not answered ends at its deadline, and a late answer hurts nobody', async () => {
  await using room = await open(() => undefined);
  await assert.rejects(room.session.call('challenge', {}, 30), (error) =>
    isFailure(error, 'client.timeout'),
  );
  room.standIn.send({ jsonrpc: '2.0', id: 1, result: { nonce: 'late' } });
  room.standIn.send({
    jsonrpc: '2.0',
    method: 'update',
    params: { topic: 'audit', sequence: 1, lines: ['{}'], dropped: 0 },
  });
  await waitFor('the update behind the late answer', () => room.updates.length === 1);
  assert.deepEqual(room.ends, []);
});

const nonsense: readonly (readonly [string, unknown])[] = [
  ['no JSON', '{'],
  ['a batch', '[]'],
  ['another protocol', '{"id":1,"result":{}}'],
  ['neither result nor error', '{"jsonrpc":"2.0","id":1}'],
  ['a repeated key', '{"jsonrpc":"2.0","id":1,"id":2,"result":{}}'],
  ['an unknown topic', { jsonrpc: '2.0', method: 'update', params: { topic: 'x', sequence: 1 } }],
  [
    'a snapshot of another topic',
    {
      jsonrpc: '2.0',
      method: 'update',
      params: { topic: 'cluster', sequence: 1, snapshot: { kind: 'alarms' } },
    },
  ],
];

for (const [what, message] of nonsense) {
  test(`${what} ends the socket, and every waiting call with it`, async () => {
    await using room = await open(() => undefined);
    const waiting = room.session.call('challenge', {});
    room.standIn.send(message);
    await assert.rejects(waiting, (error) => isFailure(error, 'client.control-closed'));
    assert.equal(room.ends[0]?.code, 4002);
    assert.deepEqual(room.updates, []);
    await assert.rejects(room.session.call('challenge', {}), (error) =>
      isFailure(error, 'client.control-closed'),
    );
  });
}

test('the end is told once, with what the agent gives as its reason', async () => {
  await using room = await open(() => undefined);
  room.standIn.socket.close(4001);
  await waitFor('the end', () => room.ends.length > 0);
  assert.deepEqual(room.ends, [
    { code: 4001, reason: 'the token was revoked or has run out; log in again' },
  ]);
});

test('a request larger than the agent takes is not sent', async () => {
  await using room = await open(() => undefined);
  const body = { value: 'x'.repeat(1_100_000) };
  await assert.rejects(
    room.session.call('request', { operation: 'write', path: 'secret/a', body }),
    (error) => isFailure(error, 'client.request-too-large'),
  );
  assert.deepEqual(room.standIn.calls, []);
});

test('more calls than the agent lets wait are refused here', async () => {
  await using room = await open(() => undefined);
  const waiting = Array.from({ length: 64 }, () =>
    room.session.call('challenge', {}).catch((error: unknown) => error),
  );
  await assert.rejects(room.session.call('challenge', {}), (error) =>
    isFailure(error, 'client.control-busy'),
  );
  room.session.close();
  const ends = await Promise.all(waiting);
  assert.ok(ends.every((error) => isFailure(error, 'client.control-closed')));
});

test('an address where no control channel is says so', async () => {
  await using standIn = await ControlStandIn.start(() => undefined);
  const listener = { onUpdate() {}, onHeard() {}, onEnd() {} };
  await standIn.vanish();
  await assert.rejects(ControlSession.dial(placeOf(standIn), listener), (error) =>
    isFailure(error, 'client.unreachable'),
  );
});
