/**
 * own (shares that nobody has): a founding whose answer cannot be given is taken back, within the
 * same request. Vault loses the shares then, and the cluster with them.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Deposit } from '../../../src/core/deposit.ts';
import { CoreHarness, partOf } from '../../support/core-harness.ts';
import type { Trouble } from '../audit/support/memory-device.ts';

/** The authority's key, in its file until it is safe in the store. */
class KeyFile implements Deposit {
  there = true;

  take(): Uint8Array | undefined {
    return this.there ? Buffer.from('the key of the authority') : undefined;
  }

  stored(): void {
    this.there = false;
  }

  async unsealed(): Promise<void> {}
}

interface Room {
  readonly harness: CoreHarness;
  readonly file: KeyFile;
}

async function room(): Promise<Room> {
  const file = new KeyFile();
  const harness = new CoreHarness({}, undefined, file);
  await harness.start();
  return { harness, file };
}

/** Does something right after each commit of the store; the returned function ends that. */
function afterCommits({ store }: CoreHarness, act: () => void): () => void {
  const commit = store.commit.bind(store);
  store.commit = async (transaction) => {
    const answer = await commit(transaction);
    act();
    return answer;
  };
  return () => {
    store.commit = commit;
  };
}

function assertUnfounded({ harness, file }: Room, before: string): void {
  assert.equal(harness.seal.initialised, false);
  assert.equal(harness.storedText(), before, 'nothing is left in the store');
  assert.equal(file.there, true, 'the key of the authority is where it was');
  const { ceremony, events } = harness.built.ceremony.snapshot();
  assert.deepEqual([ceremony, events], ['init', []]);
  assert.deepEqual(harness.fatal, []);
}

/** It is founded as if nothing had been. */
async function assertFounds({ harness, file }: Room): Promise<void> {
  await harness.initialise();
  await harness.unseal();
  assert.equal(file.there, false);
  const told = harness.built.ceremony.snapshot().events.map(({ what }) => what);
  assert.deepEqual(told, ['initialised', 'entered', 'entered', 'unsealed']);
  const initialised = harness.auditLines().filter(({ event }) => event === 'initialized');
  assert.equal(initialised.length, 1);
}

const troubles: readonly Trouble[] = ['full', 'torn', 'unsynced', 'hanging', 'gone'];

for (const trouble of troubles) {
  test(`an audit device that is ${trouble} before the answer takes the founding back`, async () => {
    const made = await room();
    const { harness } = made;
    const before = harness.storedText();
    const leave = afterCommits(harness, () => {
      harness.device.trouble = trouble;
    });
    const answering = harness.call('write', 'sys/init', {}, { token: null });
    if (trouble === 'hanging') await hangsFor(harness);
    const answer = await answering;
    assert.equal(answer.status, 500, JSON.stringify(answer.body));
    assert.doesNotMatch(JSON.stringify(answer.body), /hvs\.|sbx1|keys/u);
    assertUnfounded(made, before);
    leave();
    harness.device.trouble = 'none';
    harness.device.release();
    await recovered(harness);
    await assertFounds(made);
  });
}

/** Passes the time that a device is given, until the answer no longer waits for it. */
async function hangsFor({ clock, seal }: CoreHarness): Promise<void> {
  for (let tries = 0; tries < 1_000 && !seal.initialised; tries += 1) await turn();
  for (let tries = 0; tries < 1_000 && seal.initialised; tries += 1) {
    clock.advance(100);
    await turn();
  }
}

async function recovered({ clock, trail }: CoreHarness): Promise<void> {
  const isWorking = (): boolean => trail.status().devices.every(({ working }) => working);
  for (let tries = 0; tries < 1_000 && !isWorking(); tries += 1) {
    clock.advance(1_000);
    await turn();
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test('a client that has gone before its answer takes the founding back', async () => {
  const made = await room();
  const { harness } = made;
  const before = harness.storedText();
  const signal = { aborted: false };
  const leave = afterCommits(harness, () => {
    signal.aborted = true;
  });
  const request = harness.request('write', 'sys/init', {}, { token: null, id: 'gone' });
  const answer = await harness.built.core.handle({ ...request, signal });
  assert.ok(answer.status >= 400);
  assertUnfounded(made, before);
  const [, response] = harness.recordsOf('gone');
  assert.equal(response?.type, 'response');
  assert.equal(partOf(response, 'error')['code'], 'request.cancelled');
  leave();
  await assertFounds(made);
});

test('boxes that cannot be made take the founding back', async () => {
  const made = await room();
  const { harness } = made;
  const before = harness.storedText();
  const { ceremonyKeys } = harness;
  const { sealFor } = ceremonyKeys;
  ceremonyKeys.sealFor = () => {
    throw new Error('out of memory');
  };
  const receiver = Buffer.alloc(32, 9).toString('base64');
  const answer = await harness.call('write', 'sys/init', { receiver }, { token: null });
  assert.equal(answer.status, 500);
  assertUnfounded(made, before);
  ceremonyKeys.sealFor = sealFor;
  await assertFounds(made);
});

test('a founding that cannot be taken back either is told to who can mend it', async () => {
  const made = await room();
  const { harness } = made;
  const leave = afterCommits(harness, () => {
    harness.device.trouble = 'full';
    harness.store.commit = () => Promise.reject(new Error('disk unplugged'));
  });
  const answer = await harness.call('write', 'sys/init', {}, { token: null });
  leave();
  assert.equal(answer.status, 500);
  assert.equal(harness.seal.initialised, true);
  assert.equal(made.file.there, true);
  const told = harness.logs.filter(({ level }) => level === 'error').map(({ message }) => message);
  assert.ok(
    told.some((message) => /whose shares nobody has.*empty folder/u.test(message)),
    told.join('\n'),
  );
});

test('a token that was made for a client that has gone is ended', async () => {
  const { harness } = await room();
  await harness.initialise();
  await harness.unseal();
  const accessors = async (): Promise<unknown> =>
    (await harness.data('list', 'auth/token/accessors'))['keys'];
  const before = await accessors();
  const signal = { aborted: false };
  const leave = afterCommits(harness, () => {
    signal.aborted = true;
  });
  const request = harness.request('write', 'auth/token/create', {}, {});
  const answer = await harness.built.core.handle({ ...request, signal });
  leave();
  assert.ok(answer.status >= 400);
  assert.deepEqual(await accessors(), before);
});
