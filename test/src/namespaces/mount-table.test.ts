import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isFailure } from '../../../shared/errors/failure.ts';
import { canonicalPath } from '../../../shared/path/canonical.ts';
import { type MountEntry, plainMountConfig } from '../../../src/namespaces/mount-entry.ts';
import { mountPath, requireFreePath } from '../../../src/namespaces/mount-paths.ts';
import { MountTable } from '../../../src/namespaces/mount-table.ts';

function entry(path: string): MountEntry {
  return {
    format: 1,
    id: path,
    kind: 'secret',
    path,
    type: 'kv',
    description: '',
    accessor: 'kv_00000000',
    uuid: '',
    options: null,
    config: plainMountConfig,
    local: false,
    sealWrap: false,
    externalEntropyAccess: false,
  };
}

const table = new MountTable(['secret/', 'team/a/', 'team/b/c/', 'auth/token/'].map(entry));

test('a path is found in the mount whose folders it lies in', () => {
  const found = (path: string): string | undefined => {
    const mounted = table.find(canonicalPath(path));
    return mounted && `${mounted.mount.path}|${mounted.below}`;
  };
  assert.equal(found('secret/data/x'), 'secret/|data/x');
  assert.equal(found('secret/data/x/'), 'secret/|data/x/');
  assert.equal(found('secret'), 'secret/|');
  assert.equal(found('secret/'), 'secret/|');
  assert.equal(found('team/b/c/d'), 'team/b/c/|d');
  assert.equal(found('auth/token/create'), 'auth/token/|create');
  for (const path of ['secrets/x', 'team/b', 'team', 'Secret/x', 'auth', '__proto__/x']) {
    assert.equal(found(path), undefined, path);
  }
});

test('a mount can neither stand on another, nor within it, nor around it', () => {
  const codeOf = (path: string): string | undefined => {
    try {
      requireFreePath(table, mountPath(path));
      return undefined;
    } catch (error) {
      for (const code of ['mount.path-in-use', 'mount.overlap'] as const) {
        if (isFailure(error, code)) return code;
      }
      throw error;
    }
  };
  assert.equal(codeOf('secret'), 'mount.path-in-use');
  assert.equal(codeOf('secret/x'), 'mount.overlap');
  assert.equal(codeOf('team'), 'mount.overlap');
  assert.equal(codeOf('team/b/d'), undefined);
  assert.equal(codeOf('secret2'), undefined);
});

test('reserved and malformed mount paths are refused', () => {
  for (const path of ['sys', 'SYS/x', 'auth/x', 'audit', 'cubbyhole', 'identity/y']) {
    assert.throws(
      () => mountPath(path),
      (error) => isFailure(error, 'mount.path-reserved'),
    );
  }
  for (const path of ['a:b', 'a//b', '../a', 'a\nb', 'a%2fb', '', '.', 'a/..', ' a']) {
    assert.throws(() => mountPath(path), /not canonical|name/u, path);
  }
  for (const path of ['__proto__', 'constructor', 'toString', 'Kv/Team-1']) {
    assert.equal(mountPath(path), `${path}/`);
  }
});
