/**
 * A text as a file for `$EDITOR`. It lies in a folder that only this user can look into, of a file
 * system in memory where there is one, and is gone when the editor ends, or the console, as when
 * its line hangs up. What a killed console left is removed by the next one that opens an editor.
 */
import { rmSync } from 'node:fs';
import { access, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { systemCode } from '../../client/small-file.ts';
import type { ChildEnd } from '../terminal/suspend.ts';
import { editorProgram } from '../terminal/suspend.ts';
import type { Tools } from './tools.ts';

export type EditorEnd =
  | { readonly kind: 'done'; readonly text: string }
  /** The editor failed. `text` is what it has written all the same, if it changed anything. */
  | { readonly kind: 'failed'; readonly reason: string; readonly text: string | undefined }
  /** Nothing was read; `file` still lies there, if it was wanted so. */
  | { readonly kind: 'too-large'; readonly bytes: number; readonly file: string | undefined };

export interface EditorFile {
  readonly text: string;
  /** With its ending: `payments-app.hcl`. */
  readonly name: string;
  readonly bytesMax: number;
  /** Whether a file that is too large may stay where it lies: never a secret. */
  readonly isLeftIfLarge: boolean;
}

export async function inEditor(tools: Tools, wanted: EditorFile): Promise<EditorEnd> {
  const place = await folderInMemory(tools);
  await removeLeftovers(place);
  const folder = await mkdtemp(join(place, `${prefix}${process.pid}-`));
  const removeNow = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeNow);
  let isLeft = false;
  try {
    const file = join(folder, basename(wanted.name));
    await writeFile(file, wanted.text, { mode: 0o600, flag: 'wx' });
    const end = await tools.terminal().run(editorProgram(tools.environment, file));
    const result = await resultOf(end, file, wanted);
    isLeft = result.kind === 'too-large' && result.file !== undefined;
    return result;
  } finally {
    if (!isLeft) await rm(folder, { recursive: true, force: true });
    process.off('exit', removeNow);
  }
}

const prefix = 'strongbox-edit-';

/**
 * Folders of consoles that live no more; those of other users cannot be removed, nor looked into.
 */
async function removeLeftovers(place: string): Promise<void> {
  for (const name of await readdir(place).catch(() => [])) {
    const [, pid] = /^strongbox-edit-(\d+)-/u.exec(name) ?? [];
    if (pid === undefined || isAlive(Number(pid))) continue;
    await rm(join(place, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of somebody else is there all the same.
    return systemCode(error) === 'EPERM';
  }
}

async function resultOf(
  end: ChildEnd,
  file: string,
  { text: given, bytesMax, isLeftIfLarge }: EditorFile,
): Promise<EditorEnd> {
  const { size } = await stat(file);
  if (size > bytesMax) {
    return { kind: 'too-large', bytes: size, file: isLeftIfLarge ? file : undefined };
  }
  const bytes = await readFile(file);
  const text = bytes.toString('utf8');
  bytes.fill(0);
  if (end.code === 0) return { kind: 'done', text };
  const reason = end.reason ?? end.signal ?? `it ended with ${end.code}`;
  return { kind: 'failed', reason, text: text === given ? undefined : text };
}

async function folderInMemory({ environment }: Tools): Promise<string> {
  for (const folder of [environment['XDG_RUNTIME_DIR'], '/dev/shm']) {
    if (folder === undefined || folder === '') continue;
    const isThere = await access(folder).then(
      () => true,
      () => false,
    );
    if (isThere) return folder;
  }
  return tmpdir();
}
