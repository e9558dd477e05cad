import assert from 'node:assert/strict';
import { open, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { connectSqlite } from '../../../agent/replica/sqlite-connection.ts';
import { isFailure } from '../../../shared/errors/failure.ts';
import type { ErrorCode } from '../../../shared/errors/registry.ts';
import { put, text, write } from '../../conformance/store/harness.ts';
import { connectIntercepted } from './intercepted-connection.ts';
import { openAt, withFolder } from './store-folder.ts';

/** A closed store with some entries; gives the path of its file. */
async function makeStore(folder: string, entries = 10): Promise<string> {
  const { store, close } = await openAt(folder);
  for (let index = 0; index < entries; index += 1) {
    await write(store, put(`key${index}`, `${index} ${'v'.repeat(500)}`));
  }
  await close();
  return join(folder, 'store.db');
}

async function alter(path: string, sql: string): Promise<void> {
  const connection = await connectSqlite(path);
  await connection.execute(sql);
  await connection.close();
}

async function refused(folder: string, code: ErrorCode, message: RegExp): Promise<void> {
  await assert.rejects(openAt(folder), (error) => {
    assert.ok(isFailure(error, code), `expected ${code}, got ${String(error)}`);
    assert.match(error.message, message);
    return true;
  });
}

test('a file of a newer version is refused', async () => {
  await withFolder(async (folder) => {
    await alter(await makeStore(folder), 'PRAGMA user_version = 2');
    await refused(folder, 'store.format-newer', /format 2, made by a newer StrongBox/);
  });
});

test('a file whose tables are not exactly ours is refused: a trigger alters writes', async () => {
  for (const sql of [
    'CREATE TRIGGER spy AFTER INSERT ON entries BEGIN SELECT 1; END',
    'CREATE TABLE more (x)',
    'DROP TABLE history',
    'ALTER TABLE state ADD COLUMN more ANY',
  ]) {
    await withFolder(async (folder) => {
      await alter(await makeStore(folder), sql);
      await refused(folder, 'store.corrupt', /its tables are not those of StrongBox/);
    });
  }
});

test("somebody else's database, no database, and an empty file are refused", async () => {
  await withFolder(async (folder) => {
    const path = await makeStore(folder);
    await alter(path, 'PRAGMA application_id = 1');
    await refused(folder, 'store.corrupt', /not made by StrongBox/);
    await writeFile(path, 'this is a text file, and not a short one at that'.repeat(100));
    await refused(folder, 'store.corrupt', /not a database/);
    await truncate(path, 0);
    await refused(folder, 'store.corrupt', /or is empty/);
    assert.equal((await stat(path)).size, 0, 'nothing was made in its place');
  });
});

test('a damaged page fails the entries on it, and the others are served', async () => {
  await withFolder(async (folder) => {
    const path = await makeStore(folder, 200);
    const pageBytes = 4_096;
    const content = await readFile(path);
    const at = content.indexOf('key100');
    const file = await open(path, 'r+');
    await file.write(Buffer.alloc(pageBytes, 0xff), 0, pageBytes, at - (at % pageBytes));
    await file.close();
    const { store, close } = await openAt(folder);
    const gets = Array.from({ length: 200 }, (_, index) => store.get([{ key: `key${index}` }]));
    const outcomes = await Promise.allSettled(gets);
    let failed = 0;
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.status === 'rejected') {
        assert.ok(isFailure(outcome.reason, 'store.corrupt'));
        failed += 1;
      } else {
        const [result] = outcome.value.results;
        assert.ok(result?.kind === 'entry');
        assert.ok(text(result.entry.value).startsWith(`${index} `));
      }
    }
    assert.ok(failed > 0 && failed < 30, `${failed} entries are on the page`);
    await close();
  });
});

test('CVE-2023-0620: a key that looks like SQL is a key', async () => {
  await withFolder(async (folder) => {
    const { store, close } = await openAt(folder);
    const key = `x'); DROP TABLE entries; --"`;
    await write(store, put(key, 'still here'));
    const [result] = (await store.get([{ key }])).results;
    assert.ok(result?.kind === 'entry' && text(result.entry.value) === 'still here');
    await close();
  });
});

test('a start looks at no entry, however many there are', async () => {
  await withFolder(async (folder) => {
    const path = await makeStore(folder, 1);
    await alter(
      path,
      `WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n LIMIT 100000)
       INSERT INTO entries SELECT CAST('many/' || value AS BLOB), 1, 1, 1, randomblob(300) FROM n`,
    );
    const reads: string[] = [];
    const { close } = await openAt(folder, {
      connect: (file) => connectIntercepted(file, (sql) => reads.push(sql)),
    });
    assert.ok(reads.length > 0 && !reads.some((sql) => sql.includes('entries')));
    await close();
  });
});
