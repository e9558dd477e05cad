import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  chown,
  copyFile,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import type { ErrorCode } from '../../../shared/errors/registry.ts';
import { isFailure } from '../../../shared/errors/failure.ts';
import { put, text, write } from '../../conformance/store/harness.ts';
import { openAt, withFolder } from './store-folder.ts';

async function refused(path: string, code: ErrorCode, message: RegExp): Promise<void> {
  await assert.rejects(openAt(path), (error) => {
    assert.ok(isFailure(error, code), `expected ${code}, got ${String(error)}`);
    assert.match(error.message, message);
    return true;
  });
}

async function makeData(path: string): Promise<void> {
  const { store, close } = await openAt(path);
  await write(store, put('a', 'kept'));
  await close();
}

async function startHolder(path: string): Promise<{ child: ChildProcess; pid: number }> {
  const script = join(import.meta.dirname, 'store-process.ts');
  const child = spawn(process.execPath, [script, path, 'idle'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface(child.stdout), 'line');
  assert.equal(line, 'ready');
  assert.ok(child.pid !== undefined);
  return { child, pid: child.pid };
}

test('a new folder has mode 0700 and all its files 0600, under any umask', async () => {
  for (const mask of [0o000, 0o022, 0o777]) {
    await withFolder(async (path) => {
      const before = process.umask(mask);
      try {
        const { store, close } = await openAt(path);
        await write(store, put('a'));
        assert.equal((await stat(path)).mode & 0o777, 0o700);
        const names = await readdir(path);
        assert.deepEqual(names.toSorted(), [
          'FORMAT',
          'holder.json',
          'lock',
          'store.db',
          'store.db-wal',
        ]);
        for (const name of names) {
          assert.equal((await stat(join(path, name))).mode & 0o777, 0o600, name);
        }
        await close();
      } finally {
        process.umask(before);
      }
    });
  }
});

test('what was written is there after a restart; a clean end leaves one file of it', async () => {
  await withFolder(async (path) => {
    await makeData(path);
    assert.deepEqual((await readdir(path)).toSorted(), ['FORMAT', 'lock', 'store.db']);
    const { store, crashed, close } = await openAt(path);
    assert.equal(crashed, false);
    const [result] = (await store.get([{ key: 'a' }])).results;
    assert.ok(result?.kind === 'entry' && text(result.entry.value) === 'kept');
    await close();
    await close();
  });
});

test('a copy of folder and files is the same store in a new place', async () => {
  await withFolder(async (path) => {
    await makeData(path);
    const copy = `${path}-copy`;
    await mkdir(copy, { mode: 0o700 });
    for (const name of await readdir(path)) await copyFile(join(path, name), join(copy, name));
    const { store, close } = await openAt(copy);
    assert.equal((await store.get([])).revision, 1);
    await close();
  });
});

test('CVE-2021-38553: modes that let other users in are refused with the command that ends it', async () => {
  await withFolder(async (path) => {
    await makeData(path);
    await chmod(path, 0o750);
    await refused(path, 'data-folder.mode', /mode 750.*run: chmod 700 /);
    await chmod(path, 0o700);
    for (const name of ['store.db', 'FORMAT', 'lock']) {
      await chmod(join(path, name), 0o604);
      await refused(path, 'data-folder.mode', new RegExp(`${name} \\(mode 604\\); run: chmod 600`));
      await chmod(join(path, name), 0o600);
    }
    await writeFile(join(path, 'node.key'), '', { mode: 0o644 });
    await refused(path, 'data-folder.mode', /node\.key/);
  });
});

test('a folder or file of another user is refused with the command that ends it', {
  skip: process.geteuid?.() === 0 ? false : 'only root can give a file away',
}, async () => {
  await withFolder(async (path) => {
    await makeData(path);
    await chown(path, 65_534, 65_534);
    await refused(path, 'data-folder.owner', /belongs to user 65534.*chown -R 0 /);
    await chown(path, 0, 0);
    await chown(join(path, 'store.db'), 65_534, 65_534);
    await refused(path, 'data-folder.owner', /store\.db belongs to user 65534/);
  });
});

test('what is no folder, or no regular file, is refused', async () => {
  await withFolder(async (path) => {
    await writeFile(path, 'x');
    await refused(path, 'data-folder.wrong-type', /is not a folder/);
    await refused(join(path, 'below'), 'data-folder.wrong-type', /is not a folder/);
    await rm(path);
    await makeData(path);
    await symlink('/etc/passwd', join(path, 'link'));
    await refused(path, 'data-folder.wrong-type', /link is not a regular file/);
  });
});

test('folders and sockets inside the data folder are left to their owners', async () => {
  await withFolder(async (path) => {
    await makeData(path);
    await mkdir(join(path, 'audit'), { mode: 0o755 });
    const server = createServer().listen(join(path, 'agent.sock'));
    await once(server, 'listening');
    await chmod(join(path, 'agent.sock'), 0o660);
    const { close } = await openAt(path);
    await close();
    server.close();
  });
});

test('a second agent is refused and told who holds the folder, and since when', async () => {
  await withFolder(async (path) => {
    const { child, pid } = await startHolder(path);
    await refused(path, 'data-folder.locked', new RegExp(`by process ${pid}, started 20\\d\\d-`));
    child.kill('SIGKILL');
    await once(child, 'exit');
    const { crashed, close } = await openAt(path);
    assert.equal(crashed, true, 'the kernel let go of the lock, and the crash is known');
    await close();
  });
});

test('a second opening in the same process is refused as well', async () => {
  await withFolder(async (path) => {
    const first = await openAt(path);
    await refused(path, 'data-folder.locked', new RegExp(`by process ${process.pid}`));
    await first.close();
    const second = await openAt(path);
    await second.close();
  });
});

test('a holder file with anything in it gives nothing of it away', async () => {
  await withFolder(async (path) => {
    const first = await openAt(path);
    await writeFile(join(path, 'holder.json'), '{"pid":"\u001b[31m","startedAt":"x"}\n');
    await refused(path, 'data-folder.locked', /by process unknown, started a moment ago/);
    await first.close();
  });
});

test('a folder of a newer format is refused before anything of it is opened', async () => {
  await withFolder(async (path) => {
    await makeData(path);
    const before = await readFile(join(path, 'store.db'));
    await writeFile(join(path, 'FORMAT'), 'strongbox data folder, format 2\n');
    await refused(path, 'data-folder.format-newer', /format 2, made by a newer StrongBox/);
    assert.deepEqual(await readFile(join(path, 'store.db')), before);
    for (const other of ['', 'format 1', 'strongbox data folder, format x\n']) {
      await writeFile(join(path, 'FORMAT'), other);
      await refused(path, 'data-folder.format-invalid', /FORMAT does not name a format/);
    }
  });
});

test('a missing file is named, and no new store is begun in its place', async () => {
  await withFolder(async (path) => {
    await makeData(path);
    await rm(join(path, 'store.db'));
    await refused(path, 'data-folder.file-missing', /store\.db is missing/);
    await refused(path, 'data-folder.file-missing', /store\.db is missing/);
  });
  await withFolder(async (path) => {
    await makeData(path);
    await rm(join(path, 'FORMAT'));
    await refused(path, 'data-folder.file-missing', /FORMAT is missing/);
  });
});

test('after a crash the write-ahead file must be there: it may hold confirmed writes', async () => {
  await withFolder(async (path) => {
    const { child } = await startHolder(path);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await rm(join(path, 'store.db-wal'));
    await refused(path, 'data-folder.file-missing', /store\.db-wal is missing/);
  });
});

test('a start that broke off before the folder was complete is begun again', async () => {
  await withFolder(async (path) => {
    const first = await openAt(path);
    await first.close();
    await rm(join(path, 'FORMAT'));
    await makeData(path);
    await withFolder(async (empty) => {
      await mkdir(empty, { mode: 0o700 });
      await writeFile(join(empty, 'store.db'), '', { mode: 0o600 });
      await makeData(empty);
    });
  });
});
