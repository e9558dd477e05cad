/**
 * Our own files of expectations, in etcd's grammar, in the combination of switches that production
 * runs. `node test/conformance/raft/scenarios.test.ts --rewrite` writes what is printed now; a
 * difference that is not understood is not committed.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { Cluster } from './cluster.ts';
import { runCommand } from './commands.ts';
import {
  assertExpectations,
  expectationFiles,
  type Run,
  rewriteExpectations,
} from './expectations.ts';

const folder = join(import.meta.dirname, 'scenarios');
const files = expectationFiles(folder);
const isRewriting = process.argv.includes('--rewrite');

function begin(): Run {
  const cluster = new Cluster();
  return (command) => runCommand(cluster, command);
}

test('there are scenarios', () => assert.ok(files.length > 0));

for (const file of files) {
  test(`scenario ${file}`, () => {
    if (isRewriting) rewriteExpectations(folder, file, begin());
    assertExpectations(folder, file, begin());
  });
}
