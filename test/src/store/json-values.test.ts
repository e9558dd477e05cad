import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeJson, encodeJson, readJson, writeJson } from '../../../src/store/json-values.ts';
import { transact } from '../../../src/store/transact.ts';
import { makeRoom } from './room.ts';

interface Stored {
  readonly name: string;
  readonly users: Readonly<Record<string, number>>;
  readonly note?: string | undefined;
}

const hostileNames = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '1'];

test('a JSON value is read back as it was written, with its revision', async () => {
  const room = makeRoom();
  const value: Stored = { name: 'é\u{1F511}\uD800', users: { ada: 1 }, note: undefined };
  await transact(room, async (attempt) =>
    writeJson<Stored>(attempt.view('x/', 'root'), 'a', value),
  );
  const { result } = await transact(room, (attempt) =>
    readJson<Stored>(attempt.view('x/', 'root'), 'a'),
  );
  assert.equal(result?.value.name, value.name);
  assert.equal(result?.value.users['ada'], 1);
  assert.equal(result?.value.note, undefined);
  assert.equal(result?.modRevision, 1);
  const absent = await transact(room, (attempt) => readJson(attempt.view('x/', 'root'), 'b'));
  assert.equal(absent.result, undefined);
});

test('names of built-in properties are keys like any other', () => {
  const users: Record<string, number> = Object.create(null);
  for (const [index, name] of hostileNames.entries()) users[name] = index;
  const { users: found } = decodeJson<Stored>(encodeJson<Stored>({ name: 'x', users }));
  for (const [index, name] of hostileNames.entries()) assert.equal(found[name], index);
  const empty = decodeJson<Record<string, number>>(encodeJson({}));
  for (const name of hostileNames) assert.equal(empty[name], undefined);
  for (const name of hostileNames) empty[name] = 7;
  assert.deepEqual(Object.keys(empty).toSorted(), hostileNames.toSorted());
  assert.equal(Object.hasOwn(Object.prototype, 'users'), false);
});

test('every JSON value survives, twice', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      // Through JSON first: it has no negative zero.
      const plain = JSON.parse(JSON.stringify(value));
      const once = decodeJson<object>(encodeJson<object>(plain));
      assert.equal(JSON.stringify(once), JSON.stringify(plain));
      assert.equal(JSON.stringify(decodeJson(encodeJson<object>(once))), JSON.stringify(plain));
    }),
  );
});
