/** What the policy editor shows: the text, what it means, and what others made of it. */
import type { JsonValue } from '../../../../shared/json/value.ts';
import { type DiffLine, diffLines, hunks } from '../../components/diff.ts';
import { type EditorState, editorText } from '../../components/editor-state.ts';
import { lineText } from '../../keys/line-input.ts';
import { holderOf, type Model } from '../../model/model.ts';
import { noDrafts, type PolicyDrafts } from '../../model/policy-drafts.ts';
import { type PolicyEdit, regionsOf } from '../../model/policy-editor.ts';
import { type LivePolicy, livePolicy, type TryOutcome, tryPath } from '../../model/policy-live.ts';
import { policyPresence } from '../../model/presence.ts';
import { type MergeLine, mergeLines } from '../../model/three-way.ts';
import { snapshotIn } from '../../model/topic.ts';
import { clean, type SafeText } from '../../terminal/safe-text.ts';
import { emptyWords } from '../empty-words.ts';
import { policyRequest } from '../policies/policies-view.ts';
import { screenState } from '../screen.ts';

export const policyViewName = 'policy';
const contextLines = 3;
const notThere = { nothing: 'it is not there', hiddenCount: 0 };

export const policyDrafts = screenState<PolicyDrafts>(policyViewName, noDrafts);

/** The policy that is open now. */
export function openPolicy(model: Model): PolicyEdit {
  return policyDrafts.of(model).open;
}

export interface PolicyView {
  readonly pane: PolicyEdit['pane'];
  readonly editor: EditorState;
  readonly isRead: boolean;
  /** Why there is no text. */
  readonly unread: SafeText;
  readonly live: LivePolicy;
  readonly tryPath: PolicyEdit['tryPath'];
  readonly tryCapability: string;
  readonly tried: TryOutcome | undefined;
  /** Who else has this policy open. */
  readonly others: readonly SafeText[];
  readonly newerVersion: number | undefined;
  /** From the base to this text. */
  readonly mine: readonly (DiffLine | undefined)[];
  /** Base, what somebody else wrote and this text, while they are compared. */
  readonly merge: readonly (MergeLine | undefined)[];
  readonly scrolledRows: number;
  /** Sent, and not answered yet. */
  readonly isSaving: boolean;
}

export function selectPolicy(model: Model): PolicyView {
  const edit = openPolicy(model);
  const text = editorText(edit.editor);
  const live = livePolicy(edit.name ?? '', text);
  const base = edit.base?.text ?? '';
  return {
    pane: edit.pane,
    editor: edit.editor,
    isRead: edit.base !== undefined,
    unread: emptyWords(model, policyRequest(edit.name ?? ''), notThere),
    live,
    tryPath: edit.tryPath,
    tryCapability: edit.tryCapability,
    tried: tryPath(live.acl, lineText(edit.tryPath), edit.tryCapability),
    others: othersOn(model, edit.name ?? ''),
    newerVersion: edit.newer?.version,
    mine: edit.pane === 'review' ? hunks(diffLines(base, text), contextLines) : [],
    merge: edit.pane === 'conflict' ? mergeLines(regionsOf(edit), contextLines) : [],
    scrolledRows: edit.scrolledRows,
    isSaving: edit.saving !== undefined,
  };
}

function othersOn(model: Model, name: string): readonly SafeText[] {
  const participants = snapshotIn(model.ceremony)?.participants ?? [];
  return participants
    .filter((other) => other.view === policyPresence(name) && other.name !== holderOf(model))
    .map((other) => clean(other.name, 24));
}

export function plainPolicy(model: Model): JsonValue {
  const { name, base } = openPolicy(model);
  const live = livePolicy(name ?? '', base?.text ?? '');
  return {
    name: name ?? null,
    version: base?.version ?? 0,
    policy: base?.text ?? '',
    valid: live.isValid,
    rules: live.rules.map(({ path, grants }) => ({ path, grants })),
  };
}
