/**
 * `$EDITOR` on a copy. It lies in a folder that only this user can look into, of a file system in
 * memory where there is one, and is gone when the editor ends. A secret goes from the answer to the
 * copy and from the copy into the next request: the model never holds it.
 */
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { StrongBoxError } from '../../../shared/errors/failure.ts';
import { parseJson } from '../../../shared/json/parse.ts';
import { isJsonObject, type JsonObject } from '../../../shared/json/value.ts';
import { requestBytesMax } from '../../../shared/limits.ts';
import { problemOf } from '../../client/control-problem.ts';
import { objectIn } from '../../client/members.ts';
import type { Effect } from '../model/effect.ts';
import { clean, literal, type SafeText } from '../terminal/safe-text.ts';
import { editorProgram } from '../terminal/suspend.ts';
import { performRequest } from './request-effect.ts';
import type { Tools } from './tools.ts';

export async function editText(
  tools: Tools,
  { ticket, text, fileName }: Extract<Effect, { kind: 'edit' }>,
): Promise<void> {
  const edited = await inEditor(tools, text, fileName);
  if (edited === undefined) return;
  tools.store.happen({ kind: 'edited', ticket, text: edited.toString('utf8') });
}

/** Reads a version, which is recorded; what the editor leaves is written as the next one. */
export async function editSecret(
  tools: Tools,
  { read, save, fileName }: Extract<Effect, { kind: 'edit-secret' }>,
): Promise<void> {
  const outcome = await tools.channel.request(read);
  if (!tools.store.isWanted()) return;
  if (!outcome.ok) {
    tools.store.happen({ kind: 'problem', what: save.what, problem: outcome.problem });
    return;
  }
  const text = `${JSON.stringify(objectIn(outcome.data, 'data'), null, 2)}\n`;
  const edited = await inEditor(tools, text, fileName);
  if (edited === undefined || !tools.store.isWanted()) return;
  if (edited.toString('utf8') === text) return toast(tools, literal('nothing was changed'));
  const data = valuesIn(tools, edited, save.what);
  edited.fill(0);
  if (data === undefined) return;
  const body = { ...save.request.body, data };
  await performRequest(tools, { ...save, request: { ...save.request, body } });
}

/** The object in a file; undefined for anything else, which is told. */
function valuesIn({ store }: Tools, file: Uint8Array, what: SafeText): JsonObject | undefined {
  try {
    const value = parseJson(file);
    if (isJsonObject(value)) return value;
  } catch (error) {
    if (!(error instanceof StrongBoxError)) throw error;
    store.happen({ kind: 'problem', what, problem: problemOf(error) });
    return undefined;
  }
  const message = 'a secret is an object of names and values; nothing was saved';
  store.happen({
    kind: 'problem',
    what,
    problem: { code: 'json.no-object', status: 400, message },
  });
  return undefined;
}

/** What the editor leaves of the text; undefined if nothing is to be taken over, which is told. */
async function inEditor(tools: Tools, text: string, fileName: string): Promise<Buffer | undefined> {
  const folder = await mkdtemp(join(await folderInMemory(tools), 'strongbox-edit-'));
  const file = join(folder, basename(fileName));
  try {
    await writeFile(file, text, { mode: 0o600, flag: 'wx' });
    const program = editorProgram(tools.environment, file);
    const end = await tools.terminal().run(program);
    if (end.code !== 0) {
      const reason = end.reason ?? end.signal ?? `it ended with ${end.code}`;
      toast(tools, clean(`nothing was taken over from the editor: ${reason}`, 160));
      return undefined;
    }
    const edited = await readFile(file);
    if (edited.length <= requestBytesMax) return edited;
    toast(tools, literal('the file is too large; nothing was taken over'));
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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

function toast({ store }: Tools, text: SafeText): void {
  store.happen({ kind: 'toast', text, tone: 'info' });
}
