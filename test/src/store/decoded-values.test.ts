import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { GetAnswer, GetRequest } from '../../../src/ports/store.ts';
import { DecodedValues } from '../../../src/store/decoded-values.ts';
import { MemoryStore } from '../../../src/store/memory-store.ts';
import { transact } from '../../../src/store/transact.ts';
import type { Attempt, View } from '../../../src/store/view.ts';
import { bytes, makeRoom, type TestRoom, text } from './room.ts';

const prefix = 'ns/root/data/m1/';
const viewOf = (attempt: Attempt): View => attempt.view(prefix, 'root');

interface Note {
  readonly text: string;
}

class CountingStore extends MemoryStore {
  /** Entries that were asked for. */
  asked = 0;

  override get(requests: readonly GetRequest[]): Promise<GetAnswer> {
    this.asked += requests.length;
    return super.get(requests);
  }
}

/** A room that keeps decoded values, and a decoder that counts. */
function makeDecodingRoom() {
  const room = { ...makeRoom(), decoded: new DecodedValues() };
  let decodings = 0;
  const decode = (plaintext: Uint8Array): Note => {
    decodings += 1;
    return { text: text(plaintext) ?? '' };
  };
  const read = async (): Promise<Note | undefined> => {
    const { result } = await transact(room, (attempt) => viewOf(attempt).getDecoded('a', decode));
    return result?.form;
  };
  return { room, decode, read, decodings: () => decodings };
}

async function write(room: TestRoom, key: string, value: string): Promise<void> {
  await transact(room, async (attempt) => viewOf(attempt).put(key, bytes(value)));
}

test('a value is opened and decoded once for each revision', async () => {
  const { room, read, decodings } = makeDecodingRoom();
  assert.equal(await read(), undefined);
  await write(room, 'a', 'one');
  const first = await read();
  assert.equal(first?.text, 'one');
  assert.equal(await read(), first, 'the same form');
  await write(room, 'other', 'x');
  assert.equal(await read(), first);
  await write(room, 'a', 'two');
  assert.equal((await read())?.text, 'two');
  await transact(room, async (attempt) => viewOf(attempt).delete('a'));
  assert.equal(await read(), undefined);
  assert.equal(decodings(), 2);
});

test('what was kept is asked for each time, and cannot be read once the barrier is sealed', async () => {
  const { room, read, decodings } = makeDecodingRoom();
  await write(room, 'a', 'one');
  await read();
  room.decoded.clear();
  room.barrier.unsealed = false;
  await assert.rejects(read(), { code: 'request.sealed' });
  room.barrier.unsealed = true;
  assert.equal((await read())?.text, 'one');
  assert.equal(decodings(), 2);
});

test('an attempt sees its own write in decoded form', async () => {
  const { room, decode } = makeDecodingRoom();
  await write(room, 'a', 'one');
  await transact(room, async (attempt) => {
    const view = viewOf(attempt);
    assert.equal((await view.getDecoded('a', decode))?.form.text, 'one');
    view.put('a', bytes('two'));
    const own = await view.getDecoded('a', decode);
    assert.deepEqual([own?.form.text, own?.modRevision], ['two', 0]);
    view.delete('a');
    assert.equal(await view.getDecoded('a', decode), undefined);
  });
});

test('what was read decoded is compared at commit like any other read', async () => {
  const { room, decode, read } = makeDecodingRoom();
  await write(room, 'a', '0');
  await read();
  const increment = (): Promise<unknown> =>
    transact(room, async (attempt) => {
      const view = viewOf(attempt);
      const note = await view.getDecoded('a', decode);
      view.put('a', bytes(String(Number(note?.form.text) + 1)));
    });
  await Promise.all(Array.from({ length: 20 }, increment));
  assert.equal((await read())?.text, '20');
});

test('a value that is read whole after its form must still be the one that was decoded', async () => {
  const { room, decode, read } = makeDecodingRoom();
  await write(room, 'a', 'one');
  await read();
  const seen: string[] = [];
  await transact(room, async (attempt) => {
    const view = viewOf(attempt);
    const note = await view.getDecoded('a', decode);
    if (seen.length === 0) await write(room, 'a', 'two');
    const whole = await view.get('a');
    seen.push(`${note?.form.text} ${text(whole?.value)}`);
    view.put('b', bytes('done'));
  });
  assert.deepEqual(seen, ['one two', 'two two'], 'the first attempt did not stand');
});

test('an attempt asks for an entry once, and decodes it once, however often it looks', async () => {
  for (const kept of [{}, { decoded: new DecodedValues() }]) {
    const { room: made, decode, decodings } = makeDecodingRoom();
    const store = new CountingStore({ clock: made.clock });
    const room = { clock: made.clock, barrier: made.barrier, store, ...kept };
    await write(room, 'a', 'one');
    store.asked = 0;
    await transact(room, async (attempt) => {
      const view = viewOf(attempt);
      const first = await view.getDecoded('a', decode);
      assert.equal((await view.getDecoded('a', decode))?.form, first?.form);
      assert.equal(await view.getDecoded('none', decode), undefined);
      assert.equal(await view.getDecoded('none', decode), undefined);
    });
    assert.deepEqual([store.asked, decodings()], [2, 1]);
    store.asked = 0;
    await transact(room, async (attempt) => {
      const view = viewOf(attempt);
      assert.equal(text((await view.get('a'))?.value), 'one');
      const form = (await view.getDecoded('a', decode))?.form;
      assert.equal((await view.getDecoded('a', decode))?.form, form);
    });
    assert.deepEqual([store.asked, decodings()], [1, 2], 'and so where it was read whole before');
  }
});

test('two decoders of one key do not get each other’s form', async () => {
  const { room, read } = makeDecodingRoom();
  await write(room, 'a', 'one');
  await read();
  const length = (plaintext: Uint8Array): { length: number } => ({ length: plaintext.length });
  const { result } = await transact(room, (attempt) => viewOf(attempt).getDecoded('a', length));
  assert.equal(result?.form.length, 3);
  assert.equal((await read())?.text, 'one');
});

test('a form that is written along is known from the commit on, and not if it is beaten', async () => {
  const { room, decode, read, decodings } = makeDecodingRoom();
  const form = { text: 'mine' };
  let attempts = 0;
  await transact(room, async (attempt) => {
    const view = viewOf(attempt);
    await view.get('a');
    attempts += 1;
    if (attempts === 1) await write(room, 'a', 'other');
    view.put('a', bytes('mine'), { decode, form: attempts === 1 ? { text: 'beaten' } : form });
  });
  assert.equal(attempts, 2);
  const before = decodings();
  assert.equal(await read(), form);
  assert.equal(decodings(), before);
  await write(room, 'a', 'two');
  assert.equal((await read())?.text, 'two', 'it is good for its revision only');
});

test('a form whose commit ends after a seal is not kept', async () => {
  const { room, decode, read, decodings } = makeDecodingRoom();
  await transact(room, async (attempt) => {
    viewOf(attempt).put('a', bytes('one'), { decode, form: { text: 'one' } });
    room.decoded.clear();
  });
  assert.equal(room.decoded.find(`${prefix}a`, decode), undefined);
  assert.equal((await read())?.text, 'one');
  assert.equal(decodings(), 1);
});

test('without a place to keep them values are decoded each time', async () => {
  const { room, decode, decodings } = makeDecodingRoom();
  const { decoded: _none, ...bare } = room;
  await write(bare, 'a', 'one');
  for (let count = 0; count < 3; count += 1) {
    await transact(bare, (attempt) => viewOf(attempt).getDecoded('a', decode));
  }
  assert.equal(decodings(), 3);
});
