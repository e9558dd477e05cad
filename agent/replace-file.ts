/** Files that are there after a crash as they were, or as they were to be: never in part. */
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Puts a file of mode 0600 with these bytes at a path, durably and as one step. */
export async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const begun = `${path}.new`;
  await rm(begun, { force: true });
  const file = await open(begun, 'wx', 0o600);
  try {
    // The umask may have left less.
    await file.chmod(0o600);
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(begun, path);
  await syncFolder(dirname(path));
}

/** Makes names created, renamed or removed in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
