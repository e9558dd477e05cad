/**
 * A secret in `$EDITOR`. It goes from the answer to the file and from the file into the next
 * request, past the model. What the editor leaves is kept until an agent has taken it: whoever is
 * refused opens their own text again, with what others have written meanwhile in it.
 */
import { StrongBoxError } from '../../../shared/errors/failure.ts';
import { parseJson } from '../../../shared/json/parse.ts';
import { isJsonObject, type JsonObject } from '../../../shared/json/value.ts';
import { utf8Encode } from '../../../shared/encoding/utf8.ts';
import { editedSecretBytesMax, keptEditsMax } from '../../limits.ts';
import { type ControlProblem, problemOf } from '../../client/control-problem.ts';
import { objectIn } from '../../client/members.ts';
import type { ApiOutcome } from '../model/api.ts';
import type { Effect } from '../model/effect.ts';
import { hasMarks, markedMerge, threeWay } from '../model/three-way.ts';
import { clean } from '../terminal/safe-text.ts';
import { type EditorEnd, inEditor } from './editor-file.ts';
import type { KeptEdit } from './kept-edits.ts';
import { performRequest } from './request-effect.ts';
import type { Tools } from './tools.ts';

type EditSecret = Extract<Effect, { kind: 'edit-secret' }>;

const wordsColumnsMax = 160;

/** Reads a version, which is recorded; what the editor leaves is written as the next one. */
export async function editSecret(tools: Tools, wanted: EditSecret): Promise<void> {
  const { path, version } = wanted;
  if (!tools.keptEdits.hasRoom(path)) return tell(tools, wanted, tooManyKept);
  const outcome = await tools.channel.request(wanted.read);
  if (!tools.store.isWanted()) return;
  const kept = tools.keptEdits.of(path);
  const stored = storedText(outcome, kept);
  if (typeof stored !== 'string') return tell(tools, wanted, stored);
  const end = await inEditor(tools, {
    text: kept === undefined ? stored : reopened(kept, stored, version),
    name: wanted.fileName,
    bytesMax: editedSecretBytesMax,
    isLeftIfLarge: false,
  });
  if (!tools.store.isWanted()) return;
  const text = textLeft(tools, wanted, end);
  if (text === undefined) return;
  if (text.trim() === '') return drop(tools, path, 'the file is empty: nothing is saved or kept');
  if (text === stored) return drop(tools, path, 'this is what is stored: there is nothing to save');
  keep(tools, path, { base: stored, version, text });
  if (end.kind === 'done') await save(tools, wanted, text);
}

/** Throws away what is kept of a path. */
export function discardEdit(tools: Tools, path: string): void {
  drop(tools, path, 'the text is thrown away');
}

/** What the newest version holds; nothing, if it was deleted under somebody's change. */
function storedText(outcome: ApiOutcome, kept: KeptEdit | undefined): string | ControlProblem {
  if (outcome.ok) return `${JSON.stringify(objectIn(outcome.data, 'data'), null, 2)}\n`;
  return outcome.problem.status === 404 && kept !== undefined ? '{}\n' : outcome.problem;
}

/** One's own text, as a change of what is stored now. */
function reopened(kept: KeptEdit, stored: string, version: number): string {
  if (kept.version === version) return kept.text;
  const regions = threeWay({ base: kept.base, mine: kept.text, theirs: stored });
  return markedMerge(regions, `version ${version}`);
}

function textLeft(tools: Tools, wanted: EditSecret, end: EditorEnd): string | undefined {
  if (end.kind === 'done') return end.text;
  if (end.kind === 'too-large') {
    const message = `the file has ${end.bytes} bytes; nothing was saved`;
    tell(tools, wanted, { code: 'client.request-too-large', status: 413, message });
    return undefined;
  }
  const left = end.text === undefined ? 'nothing was saved' : 'what it left is kept, not saved';
  toast(tools, `the editor failed: ${end.reason}; ${left}`);
  return end.text;
}

async function save(tools: Tools, wanted: EditSecret, text: string): Promise<void> {
  const { path, save: request } = wanted;
  const data = valuesIn(text);
  if (!('values' in data)) {
    tell(tools, wanted, data);
    return toast(tools, keptWords);
  }
  const body = { ...request.request.body, data: data.values };
  const effect = { ...request, request: { ...request.request, body } };
  const outcome = await performRequest(tools, effect);
  if (!tools.store.isWanted()) return;
  if (outcome.ok) forget(tools, path);
  else toast(tools, keptWords);
}

const keptWords = 'your text is kept in this console: E opens it again';

/** The object in a text, or why there is none. */
function valuesIn(text: string): { readonly values: JsonObject } | ControlProblem {
  if (hasMarks(text)) {
    const message =
      'lines that both of you changed still stand between marks (<<<<<<<); choose one';
    return { code: 'kv.cas-mismatch', status: 409, message };
  }
  try {
    const value = parseJson(utf8Encode(text));
    if (isJsonObject(value)) return { values: value };
  } catch (error) {
    if (!(error instanceof StrongBoxError)) throw error;
    return problemOf(error);
  }
  const message = 'a secret is an object of names and values; nothing was saved';
  return { code: 'json.no-object', status: 400, message };
}

const tooManyKept: ControlProblem = {
  code: 'console.edits-kept',
  status: 409,
  message: `the texts of ${keptEditsMax} secrets are kept unsaved: save or discard one first`,
};

function keep(tools: Tools, path: string, edit: KeptEdit): void {
  tools.keptEdits.keep(path, edit);
  tools.store.happen({ kind: 'kept', path, isKept: true });
}

function forget(tools: Tools, path: string): void {
  tools.keptEdits.forget(path);
  tools.store.happen({ kind: 'kept', path, isKept: false });
}

function drop(tools: Tools, path: string, words: string): void {
  forget(tools, path);
  toast(tools, words);
}

function tell({ store }: Tools, { save: { what } }: EditSecret, problem: ControlProblem): void {
  store.happen({ kind: 'problem', what, problem });
}

function toast({ store }: Tools, words: string): void {
  store.happen({ kind: 'toast', text: clean(words, wordsColumnsMax), tone: 'info' });
}
