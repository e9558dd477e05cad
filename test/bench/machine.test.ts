import assert from 'node:assert/strict';
import { test } from 'node:test';

import { describeMachine, fileSystemOf, type Machine } from './machine.ts';

const mounts = [
  '21 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw',
  '33 21 0:28 / /tmp rw,nosuid,nodev shared:9 master:2 - tmpfs tmpfs rw,size=1g',
  '40 33 254:16 / /tmp/disk rw - xfs /dev/vdb rw',
  '',
].join('\n');

const machine: Machine = {
  cpu: 'Some CPU',
  cores: 2,
  memoryBytes: 8 * 2 ** 30,
  node: '24.21.0',
  kernel: '6.18.0',
  fileSystem: 'ext4',
  load: 0.4,
  commit: '1a2b3c4',
};

test('the file system is that of the innermost mount', () => {
  assert.equal(fileSystemOf(mounts, '/var/lib'), 'ext4');
  assert.equal(fileSystemOf(mounts, '/tmp/strongbox'), 'tmpfs');
  assert.equal(fileSystemOf(mounts, '/tmp/disk/data'), 'xfs');
  assert.equal(fileSystemOf(mounts, '/tmp/disk'), 'xfs');
  assert.equal(fileSystemOf(mounts, '/tmp/diskette'), 'tmpfs');
  assert.equal(fileSystemOf('', '/tmp'), undefined);
});

test('a later mount at the same place hides the one before', () => {
  const again = '50 21 0:31 / /tmp rw - ext4 /dev/vdc rw';
  assert.equal(fileSystemOf(mounts + again, '/tmp/a'), 'ext4');
});

test('a machine is one line; a busy one is told to be', () => {
  const [line = '', ...none] = describeMachine(machine);
  assert.match(line, /2 × Some CPU, 8 GiB, ext4; .*commit 1a2b3c4; load 0\.40/);
  assert.deepEqual(none, []);
  assert.equal(describeMachine({ ...machine, load: 1 }).length, 1);
  assert.match(describeMachine({ ...machine, load: 1.01 })[1] ?? '', /above 1\.0/);
  assert.equal(describeMachine({ ...machine, load: Number.NaN }).length, 1);
});
