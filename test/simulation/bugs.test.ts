/** The list of other systems' bugs is whole, and names tests that exist. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const bugsCount = 37;
const root = new URL('../../', import.meta.url);

interface Row {
  readonly number: number;
  readonly holder: string;
}

const rows: readonly Row[] = readFileSync(new URL('bugs.md', import.meta.url), 'utf8')
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter((cells) => /^\d+$/.test(cells[1] ?? ''))
  .map((cells) => ({ number: Number(cells[1]), holder: cells[3] ?? '' }));

test('every bug of the list is there once, in order', () => {
  const numbers = rows.map(({ number }) => number);
  assert.deepEqual(
    numbers,
    Array.from({ length: bugsCount }, (_, position) => position + 1),
  );
});

test('every bug is held off by a test that exists, or says why it cannot occur', () => {
  for (const { number, holder } of rows) {
    const named = /^`(test\/[^`]+\.test\.ts)`: (.+)$/.exec(holder);
    if (named === null) {
      assert.match(holder, /^(?:cannot occur: |held off by )/, `bug ${number}`);
      continue;
    }
    const [, file = '', name = ''] = named;
    const source = readFileSync(new URL(file, root), 'utf8');
    assert.ok(source.includes(name), `bug ${number}: ${file} has no test "${name}"`);
  }
});
