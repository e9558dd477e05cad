/**
 * A policy being edited: what it was read as, what has become of it here, and what others made of
 * it meanwhile. Saving names the version that the edit is based on; the agent refuses it if that is
 * no longer the newest, and then both changes are shown.
 */
import type { JsonObject } from '../../../shared/json/value.ts';
import { numberIn, textIn } from '../../client/members.ts';
import { type EditorState, editorOf, editorText } from '../components/editor-state.ts';
import { emptyLine, type LineInput } from '../keys/line-input.ts';
import { type Pending, pending } from './pending.ts';
import { merged, type Region, threeWay } from './three-way.ts';

export interface PolicyVersion {
  readonly text: string;
  /** 0 for a policy that is not there yet. */
  readonly version: number;
}

export interface PolicyEdit {
  /** Undefined: none is open. */
  readonly name: string | undefined;
  /** What the edit is based on; undefined until it was read. */
  readonly base: PolicyVersion | undefined;
  readonly editor: EditorState;
  /** A newer version than the base, written by somebody else. */
  readonly newer: PolicyVersion | undefined;
  /** What is shown and has the keyboard. */
  readonly pane: 'text' | 'try' | 'review' | 'conflict';
  readonly tryPath: LineInput;
  readonly tryCapability: TryCapability;
  readonly scrolledRows: number;
  /** The save that is under way. */
  readonly saving: Pending<SentPolicy> | undefined;
  /** Sent without a good answer: it may have been written all the same. */
  readonly unconfirmed: SentPolicy | undefined;
  /** What `$EDITOR` was given, until it gives it back. */
  readonly editing: Pending<PolicyVersion> | undefined;
}

export interface SentPolicy {
  readonly text: string;
  /** The version that the agent makes of it. */
  readonly version: number;
}

export const tryCapabilities = ['read', 'create', 'update', 'patch', 'delete', 'list'] as const;
export type TryCapability = (typeof tryCapabilities)[number];

export const noEdit: PolicyEdit = {
  name: undefined,
  base: undefined,
  editor: editorOf(''),
  newer: undefined,
  pane: 'text',
  tryPath: emptyLine,
  tryCapability: 'read',
  scrolledRows: 0,
  saving: undefined,
  unconfirmed: undefined,
  editing: undefined,
};

/** What a new policy begins with: a rule to change. */
const template = 'path "secret/data/example/*" {\n  capabilities = ["read", "list"]\n}\n';

export function isEdited({ base, editor }: PolicyEdit): boolean {
  return base !== undefined && editorText(editor) !== base.text;
}

/** Whether something would be lost if it were closed: changes, or what is on its way. */
export function isUnsettled(edit: PolicyEdit): boolean {
  return isEdited(edit) || edit.saving !== undefined;
}

/** Whether somebody has typed what would be lost: what a new policy begins with is not theirs. */
export function hasWork(edit: PolicyEdit): boolean {
  const isTemplate = edit.base?.version === 0 && editorText(edit.editor) === template;
  return isUnsettled(edit) && !isTemplate;
}

/** Opens a policy; one that is open with changes stays as it is. */
export function opened(edit: PolicyEdit, name: string): PolicyEdit {
  if (edit.name === name && isUnsettled(edit)) return { ...edit, pane: 'text' };
  return { ...noEdit, name, tryPath: edit.tryPath, tryCapability: edit.tryCapability };
}

/** What the agent has: the base of an untouched text, news for one that is being changed. */
export function read(edit: PolicyEdit, version: PolicyVersion): PolicyEdit {
  const sent = edit.saving?.sent ?? edit.unconfirmed;
  // Written from here, and read before the answer came, or after it was lost.
  if (sent?.version === version.version && sent.text === version.text) return basedOn(edit, sent);
  if (edit.base === undefined || (!isEdited(edit) && version.version !== edit.base.version)) {
    return rebased(edit, version);
  }
  if (version.version === edit.base.version) return { ...edit, newer: undefined };
  if (version.text === editorText(edit.editor)) return { ...edit, base: version, newer: undefined };
  return { ...edit, newer: version };
}

/** There is none of that name: the first version will be written. */
export function readNothing(edit: PolicyEdit): PolicyEdit {
  if (edit.base?.version === 0) return edit;
  if (edit.base !== undefined) return { ...edit, newer: { text: '', version: 0 } };
  return { ...edit, base: { text: '', version: 0 }, editor: editorOf(template) };
}

export function versionOf(data: JsonObject): PolicyVersion {
  return { text: textIn(data, 'policy'), version: numberIn(data, 'version') };
}

/** Throws the changes away. */
export function reverted(edit: PolicyEdit): PolicyEdit {
  const version = edit.newer ?? edit.base;
  return version === undefined ? edit : rebased(edit, version);
}

/** Keeps the changes, as changes of the newer version. */
export function keptMine(edit: PolicyEdit): PolicyEdit {
  if (edit.newer === undefined) return edit;
  return { ...edit, base: edit.newer, newer: undefined, pane: 'review', scrolledRows: 0 };
}

/** The newer version with these changes in it; undefined where both changed the same lines. */
export function withBoth(edit: PolicyEdit): PolicyEdit | undefined {
  const text = edit.newer === undefined ? undefined : merged(regionsOf(edit));
  return text === undefined ? undefined : keptMine(withText(edit, text));
}

/** Base, these changes and the newer version; without one nobody else changed anything. */
export function regionsOf({ base, editor, newer }: PolicyEdit): readonly Region[] {
  const text = base?.text ?? '';
  return threeWay({ base: text, mine: editorText(editor), theirs: newer?.text ?? text });
}

export function withText(edit: PolicyEdit, text: string): PolicyEdit {
  const fresh = editorOf(text);
  const undoable = { lines: edit.editor.lines, cursor: edit.editor.cursor };
  return { ...edit, editor: { ...fresh, past: [...edit.editor.past, undoable] } };
}

/** The text as it is now is sent: whatever is typed from here on is another change. */
export function sending(edit: PolicyEdit): PolicyEdit {
  const version = (edit.base?.version ?? 0) + 1;
  return { ...edit, saving: pending({ text: editorText(edit.editor), version }) };
}

/** What was sent is written. */
export function saved(edit: PolicyEdit): PolicyEdit {
  if (edit.saving === undefined) return edit;
  const pane = edit.pane === 'review' ? 'text' : edit.pane;
  return { ...basedOn(edit, edit.saving.sent), saving: undefined, pane };
}

/** What was sent is not written, or nobody knows. */
export function notSaved(edit: PolicyEdit, pane: 'text' | 'conflict'): PolicyEdit {
  const unconfirmed = edit.saving?.sent;
  return { ...edit, saving: undefined, unconfirmed, pane, scrolledRows: 0 };
}

/** What was sent is the base now, unless something newer is. */
function basedOn(edit: PolicyEdit, sent: SentPolicy): PolicyEdit {
  const isOld = (version: PolicyVersion | undefined): boolean =>
    version === undefined || version.version <= sent.version;
  return {
    ...edit,
    base: isOld(edit.base) ? sent : edit.base,
    newer: isOld(edit.newer) ? undefined : edit.newer,
    unconfirmed: undefined,
  };
}

/** A copy is given to `$EDITOR`. */
export function lent(edit: PolicyEdit): PolicyEdit {
  return edit.base === undefined ? edit : { ...edit, editing: pending(edit.base) };
}

/** What came back is a change of what was lent, not of what others have made of it meanwhile. */
export function broughtBack(edit: PolicyEdit, text: string): PolicyEdit {
  const { base, newer, editing } = edit;
  const next = { ...withText(edit, text), editing: undefined };
  if (editing === undefined || base === undefined) return next;
  const isMoved = editing.sent.version !== base.version;
  return isMoved ? { ...next, base: editing.sent, newer: newer ?? base } : next;
}

function rebased(edit: PolicyEdit, version: PolicyVersion): PolicyEdit {
  const { cursor } = edit.editor;
  const editor = editorOf(version.text);
  const row = Math.min(cursor.row, editor.lines.length - 1);
  return {
    ...edit,
    base: version,
    newer: undefined,
    editor: { ...editor, cursor: { row, column: 0 }, aim: 0 },
    pane: 'text',
  };
}
