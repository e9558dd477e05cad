import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Admission } from '../../../../agent/http/admission/admission.ts';
import { BodyRoom } from '../../../../agent/http/admission/body-room.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { requestText, startListener, transports } from '../listener-harness.ts';

const options = { timeout: 20_000 };

/** Bodies that note when they are given up. */
function stage(bytesMax: number) {
  const room = new BodyRoom(bytesMax);
  const givenUp: string[] = [];
  const body = (name: string) => {
    const giveUp = (): void => void givenUp.push(name);
    return { grow: (bytes: number) => room.grow(giveUp, bytes), end: () => room.end(giveUp) };
  };
  return { room, givenUp, body };
}

test('the body that has been read for longest gives way, however large the others are', () => {
  const { room, givenUp, body } = stage(100);
  const [first, second, third] = [body('first'), body('second'), body('third')];
  first.grow(10);
  second.grow(80);
  third.grow(5);
  first.grow(4);
  assert.deepEqual(givenUp, []);
  third.grow(10);
  assert.deepEqual(givenUp, ['first']);
  assert.equal(room.bytes, 95);
  third.grow(90);
  assert.deepEqual(givenUp, ['first', 'second', 'third'], 'at last also the one that grows');
  assert.equal(room.bytes, 0);
  assert.equal(room.givenUp, 3);
});

test('a body that is whole takes no room, and is not given up any more', () => {
  const { room, givenUp, body } = stage(100);
  const [first, second] = [body('first'), body('second')];
  first.grow(60);
  first.end();
  assert.equal(room.bytes, 0);
  second.grow(100);
  first.end();
  assert.deepEqual(givenUp, []);
  assert.equal(room.bytes, 100);
});

for (const transport of transports) {
  test(`slow bodies make room for one that comes whole: ${transport}`, options, async (t) => {
    const admission = new Admission({}, new BodyRoom(100_000));
    const harness = await startListener(t, { transport, admission });
    const slow = await harness.connect();
    slow.write(requestText('POST /v1/slow', 'Content-Length: 90000\r\n', 'x'.repeat(60_000)));
    await waitFor('the slow body', () => admission.bodies.bytes === 60_000);
    const head = 'Content-Length: 80000\r\n';
    const quick = await harness.send(requestText('POST /v1/quick', head, '{}'.padEnd(80_000)));
    assert.equal(quick.status, 200);
    const answer = await slow.answer();
    assert.equal(answer.status, 429);
    assert.equal(answer.headers.get('retry-after'), '1');
    await slow.closed();
    assert.equal(admission.state('bulk').refused, 1);
    assert.equal(admission.bodies.bytes, 0);
  });
}

test('the room of a body is free again when its client goes away', options, async (t) => {
  const admission = new Admission();
  const harness = await startListener(t, { admission });
  const client = await harness.connect();
  client.write(requestText('POST /v1/a', 'Content-Length: 90000\r\n', 'x'.repeat(60_000)));
  await waitFor('the body', () => admission.bodies.bytes === 60_000);
  client.close();
  await waitFor('its end', () => admission.bodies.bytes === 0);
});
