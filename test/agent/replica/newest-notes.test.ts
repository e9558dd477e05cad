/** Notes of the newest commits, as a start finds them. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { notesReadMax } from '../../../agent/replica/limits.ts';
import type { Store } from '../../../src/ports/store.ts';
import { put } from '../../conformance/store/harness.ts';
import { openAt, withFolder } from './store-folder.ts';

async function commitNoted(store: Store, number: number): Promise<void> {
  const note = Uint8Array.of(number >> 8, number & 255);
  await store.commit({ compare: [], then: [put(`key-${number}`)], else: [], note });
}

async function notesAt(folder: string): Promise<number[]> {
  const { notes, close } = await openAt(folder);
  await close();
  return notes.map((note) => ((note[0] ?? 0) << 8) | (note[1] ?? 0));
}

test('a new store has none; then they come newest first, and commits without one are passed over', async () => {
  await withFolder(async (folder) => {
    const { store, notes, close } = await openAt(folder);
    assert.deepEqual(notes, []);
    for (const number of [1, 2, 3]) await commitNoted(store, number);
    await store.commit({ compare: [], then: [put('bare')], else: [] });
    await Promise.all([4, 5, 6].map((number) => commitNoted(store, number)));
    await close();
    assert.deepEqual(await notesAt(folder), [6, 5, 4, 3, 2, 1]);
  });
});

test('a start reads no more of them than it needs, however many there are', async () => {
  await withFolder(async (folder) => {
    const { store, close } = await openAt(folder);
    const count = notesReadMax + 50;
    for (let number = 0; number < count; number += 1) await commitNoted(store, number);
    await close();
    const notes = await notesAt(folder);
    assert.equal(notes.length, notesReadMax);
    assert.equal(notes[0], count - 1);
  });
});

test('a damaged row of the history ends them, and does not keep the store from opening', async () => {
  await withFolder(async (folder) => {
    const { store, close } = await openAt(folder);
    for (const number of [1, 2, 3]) await commitNoted(store, number);
    await close();
    const database = new DatabaseSync(join(folder, 'store.db'));
    database.exec(`UPDATE history SET changes = x'ff' WHERE revision = 2`);
    database.close();
    assert.deepEqual(await notesAt(folder), [3]);
  });
});
