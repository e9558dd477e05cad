import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFailure } from '../../../shared/errors/failure.ts';
import { beginIntent, type IntentKind, Intents } from '../../../src/store/intents.ts';
import { transact } from '../../../src/store/transact.ts';
import { bytes, makeRoom, type TestRoom } from './room.ts';

const prefix = 'ns/root/data/m1/';
const perStep = 100;

/** Deletes everything under a prefix, a bounded part each step; `failAfter` steps it breaks. */
function deleteTree(failAfter = Number.POSITIVE_INFINITY): IntentKind & { steps: number } {
  return {
    kind: 'delete-tree',
    steps: 0,
    async step(attempt, intent) {
      if (this.steps >= failAfter) throw new Error('the process dies here');
      this.steps += 1;
      const view = attempt.view(prefix, intent.namespace);
      const page = await view.range('', { limit: perStep, keysOnly: true });
      for (const { key } of page.entries) view.delete(key);
      return page.more ? { kind: 'continue', data: intent.data } : { kind: 'done' };
    },
  };
}

async function fill(room: TestRoom, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const put = { kind: 'put' as const, key: `${prefix}${index}`, value: bytes('') };
    await room.store.commit({ compare: [], then: [put], else: [] });
  }
}

async function begin(room: TestRoom, id: string, kind = 'delete-tree'): Promise<void> {
  await transact(room, (attempt) =>
    beginIntent(attempt, { namespace: 'root', id, kind, data: prefix }),
  );
}

async function countUnder(room: TestRoom, under: string): Promise<number> {
  const { entries } = await room.store.range(under, { limit: 1_000, keysOnly: true });
  return entries.length;
}

test('work of many transactions is done to the end and leaves nothing behind', async () => {
  const room = makeRoom();
  await fill(room, 950);
  await begin(room, 'delete-m1');
  const kind = deleteTree();
  await new Intents(room, [kind]).run('root', 'delete-m1');
  assert.equal(await countUnder(room, 'ns/'), 0);
  assert.equal(kind.steps, 10);
});

test('work that broke off is resumed where it was', async () => {
  const room = makeRoom();
  await fill(room, 950);
  await begin(room, 'delete-m1');
  const broken = new Intents(room, [deleteTree(3)]).run('root', 'delete-m1');
  await assert.rejects(broken, /dies here/);
  assert.equal(await countUnder(room, prefix), 650);
  assert.equal(await countUnder(room, 'ns/root/intents/'), 1);
  const kind = deleteTree();
  assert.equal(await new Intents(room, [kind]).resumeAll('root'), 1);
  assert.equal(kind.steps, 7);
  assert.equal(await countUnder(room, 'ns/'), 0);
  assert.equal(await new Intents(room, [kind]).resumeAll('root'), 0);
});

test('two runners of one intent, in one process or in two, do the work once', async () => {
  const room = makeRoom();
  await fill(room, 950);
  await begin(room, 'delete-m1');
  const here = new Intents(room, [deleteTree()]);
  const there = new Intents(room, [deleteTree()]);
  const runs = [
    here.run('root', 'delete-m1'),
    here.run('root', 'delete-m1'),
    there.resumeAll('root'),
  ];
  await Promise.all(runs);
  assert.equal(await countUnder(room, 'ns/'), 0);
});

test('an intent that is under way is not begun again, and one that is over can be', async () => {
  const room = makeRoom();
  await begin(room, 'once');
  const revision = room.store.revision;
  await begin(room, 'once');
  assert.equal(room.store.revision, revision);
  const intents = new Intents(room, [deleteTree()]);
  await intents.run('root', 'once');
  await begin(room, 'once');
  await intents.run('root', 'once');
  assert.equal(await countUnder(room, 'ns/root/intents/'), 0);
});

test('one intent that fails does not keep the others back, and its error is told', async () => {
  const room = makeRoom();
  await begin(room, 'a', 'unheard-of');
  await begin(room, 'b');
  const intents = new Intents(room, [deleteTree()]);
  await assert.rejects(intents.resumeAll('root'), (error) =>
    isFailure(error, 'store.intent-unknown'),
  );
  const { entries } = await room.store.range('ns/root/intents/', { limit: 10, keysOnly: true });
  assert.deepEqual(
    entries.map(({ key }) => key),
    ['ns/root/intents/a'],
  );
});

test('running an intent that is not there does nothing', async () => {
  const room = makeRoom();
  await new Intents(room, [deleteTree()]).run('root', 'nothing');
  assert.equal(room.store.revision, 0);
});
