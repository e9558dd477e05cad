import assert from 'node:assert/strict';
import { readFile, stat, readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { Text } from 'ink';
import { dumpScreen } from '../../../../console/tui/terminal/screen-dump.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const tree = (
  <Text color="red" bold>
    node-1 {'  '}
    <Text inverse>SEALED</Text>
  </Text>
);
const nowMs = Date.UTC(2026, 10, 25, 12, 3, 11, 123);

test('a dump is the text of the frame in a file of its owner alone', async () => {
  await using folder = await temporaryFolder();
  const dump = { tree, columns: 80, secret: false, folder: folder.path, nowMs };
  const outcome = await dumpScreen(dump);
  assert.ok(outcome.kind === 'written');
  assert.match(outcome.path, /strongbox-screen-20261125T120311\.123Z\.txt$/);
  assert.equal(await readFile(outcome.path, 'utf8'), 'node-1   SEALED\n');
  assert.equal((await stat(outcome.path)).mode & 0o777, 0o600);
  await assert.rejects(dumpScreen(dump), { code: 'EEXIST' }, 'no file is written over');
});

test('nothing is dumped while a secret is entered', async () => {
  await using folder = await temporaryFolder();
  const dump = { tree, columns: 80, secret: true, folder: folder.path, nowMs };
  assert.deepEqual(await dumpScreen(dump), { kind: 'refused' });
  assert.deepEqual(await readdir(folder.path), []);
});
