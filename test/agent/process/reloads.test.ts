/** What SIGHUP asks for: in its turn, as one, and never after the end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Reloads } from '../../../agent/process/reloads.ts';

/** Reloads that last until they are told to end. */
class Held {
  readonly reloads = new Reloads();
  begun = 0;
  #end: (() => void) | undefined;

  readonly act = async (): Promise<void> => {
    assert.equal(this.#end, undefined, 'one at a time');
    this.begun += 1;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#end = resolve;
    await promise;
  };

  /** Ends the one that runs; whatever follows from that has happened when it resolves. */
  async finish(): Promise<void> {
    const end = this.#end;
    assert.ok(end !== undefined, 'one runs');
    this.#end = undefined;
    end();
    await turn();
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test('what comes while one runs is one more, however much comes', async () => {
  const held = new Held();
  held.reloads.begin(held.act);
  assert.equal(held.begun, 0);
  for (let count = 0; count < 5; count += 1) held.reloads.ask();
  assert.equal(held.begun, 1);
  await held.finish();
  assert.equal(held.begun, 2);
  await held.finish();
  assert.equal(held.begun, 2);
  held.reloads.ask();
  assert.equal(held.begun, 3);
});

test('what comes before the begin is one reload at the begin', () => {
  const held = new Held();
  held.reloads.ask();
  held.reloads.ask();
  held.reloads.begin(held.act);
  assert.equal(held.begun, 1);
});

test('the end waits for the one that runs, and there is none after it', async () => {
  const held = new Held();
  held.reloads.begin(held.act);
  held.reloads.ask();
  held.reloads.ask();
  let ended = false;
  const end = held.reloads.end().then(() => {
    ended = true;
  });
  await turn();
  assert.equal(ended, false);
  await held.finish();
  await end;
  held.reloads.ask();
  await turn();
  assert.equal(held.begun, 1);
});

test('an end before the begin has nothing to wait for', async () => {
  const reloads = new Reloads();
  reloads.ask();
  await reloads.end();
});
