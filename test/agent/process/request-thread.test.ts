/** The main thread's hold of a request thread: its answers, its refusals, its end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { isFailure } from '../../../shared/errors/failure.ts';
import { waitFor } from '../../support/wait-for.ts';
import { connection, StandIn, startStandIn } from './stand-in.ts';

test('a thread begins, stops and is ended, and nobody misses it', async () => {
  const { thread, lost } = new StandIn('listen');
  assert.equal((await thread.beginFirst(connection())).initialised, true);
  await thread.stop();
  await thread.end();
  assert.equal(await Promise.race([lost, Promise.resolve('not lost')]), 'not lost');
});

test('why it cannot begin is told as if it had been met here', async () => {
  await using standIn = new StandIn('refuse');
  await assert.rejects(standIn.thread.beginFirst(connection()), (error) => {
    assert.ok(isFailure(error, 'listener.port-busy'));
    assert.equal(error.parameters['address'], 'here');
    return true;
  });
});

test('a native add-on is refused in it', async () => {
  await using standIn = new StandIn('load-add-on');
  void standIn.thread.beginFirst(connection());
  const reason = await standIn.lost;
  assert.equal((reason as NodeJS.ErrnoException).code, 'ERR_DLOPEN_DISABLED');
});

for (const begin of ['throw', 'end'] as const) {
  test(`a thread that is gone is told: ${begin}`, async () => {
    await using standIn = new StandIn(begin);
    void standIn.thread.beginFirst(connection());
    assert.ok((await standIn.lost) instanceof Error);
  });
}

test('a thread that is blocked does not answer, and does again when it is not', async () => {
  await using standIn = await startStandIn();
  const { thread } = standIn;
  thread.ask();
  await waitFor('the answer', () => thread.answered);
  const unblock = standIn.block();
  thread.ask();
  // The main thread's own loop turns often meanwhile.
  for (let turn = 0; turn < 100; turn += 1) await delay(1);
  assert.equal(thread.answered, false);
  await unblock();
  await waitFor('the answer', () => thread.answered);
});
