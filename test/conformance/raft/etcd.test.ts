/** The expectation files of etcd-io/raft, as they are, against this core. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { besideTheProject } from '../../support/beside-the-project.ts';
import { Cluster } from './cluster.ts';
import { runCommand } from './commands.ts';
import { Changer } from './conf-change-commands.ts';
import { assertExpectations, expectationFiles, type Run } from './expectations.ts';
import { runQuorumCommand } from './quorum-commands.ts';

const { folder, skip } = besideTheProject('shared/conformance/etcd-raft');

interface Suite {
  readonly name: string;
  readonly files: number;
  /** Begins a file. */
  readonly begin: () => Run;
}

const suites: readonly Suite[] = [
  {
    name: 'interaction',
    files: 28,
    begin: () => {
      const cluster = new Cluster();
      return (command) => runCommand(cluster, command);
    },
  },
  { name: 'quorum', files: 4, begin: () => runQuorumCommand },
  {
    name: 'confchange',
    files: 9,
    begin: () => {
      const changer = new Changer();
      return (command) => changer.run(command);
    },
  },
];

test("etcd's 41 expectation files", { skip }, async (t) => {
  for (const { name, files, begin } of suites) {
    const found = expectationFiles(join(folder, name));
    assert.equal(found.length, files, `all files of ${name} are there`);
    for (const file of found) {
      await t.test(`${name}/${file}`, () => assertExpectations(join(folder, name), file, begin()));
    }
  }
});
