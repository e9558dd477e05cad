/** What the policy editor shows: the text, what it means, and what others made of it. */
import type { JsonValue } from '../../../../shared/json/value.ts';
import { type DiffLine, diffLines, hunks } from '../../components/diff.ts';
import { type EditorState, editorText } from '../../components/editor-state.ts';
import { lineText } from '../../keys/line-input.ts';
import { holderOf, type Model } from '../../model/model.ts';
import { noEdit, type PolicyEdit } from '../../model/policy-editor.ts';
import { type LivePolicy, livePolicy, type TryOutcome, tryPath } from '../../model/policy-live.ts';
import { policyPresence } from '../../model/presence.ts';
import { snapshotIn } from '../../model/topic.ts';
import { clean, type SafeText } from '../../terminal/safe-text.ts';
import { screenState } from '../screen.ts';

export const policyViewName = 'policy';
const contextLines = 3;

export const policyState = screenState<PolicyEdit>(policyViewName, noEdit);

export interface PolicyView {
  readonly pane: PolicyEdit['pane'];
  readonly editor: EditorState;
  readonly isRead: boolean;
  readonly live: LivePolicy;
  readonly tryPath: PolicyEdit['tryPath'];
  readonly tryCapability: string;
  readonly tried: TryOutcome | undefined;
  /** Who else has this policy open. */
  readonly others: readonly SafeText[];
  readonly newerVersion: number | undefined;
  /** From the base to this text. */
  readonly mine: readonly (DiffLine | undefined)[];
  /** From the base to what somebody else wrote. */
  readonly theirs: readonly (DiffLine | undefined)[];
  readonly scrolledRows: number;
}

export function selectPolicy(model: Model): PolicyView {
  const edit = policyState.of(model);
  const text = editorText(edit.editor);
  const live = livePolicy(edit.name ?? '', text);
  const base = edit.base?.text ?? '';
  const isReviewing = edit.pane === 'review' || edit.pane === 'conflict';
  return {
    pane: edit.pane,
    editor: edit.editor,
    isRead: edit.base !== undefined,
    live,
    tryPath: edit.tryPath,
    tryCapability: edit.tryCapability,
    tried: tryPath(live.acl, lineText(edit.tryPath), edit.tryCapability),
    others: othersOn(model, edit.name ?? ''),
    newerVersion: edit.newer?.version,
    mine: isReviewing ? hunks(diffLines(base, text), contextLines) : [],
    theirs: isReviewing ? hunks(diffLines(base, edit.newer?.text ?? base), contextLines) : [],
    scrolledRows: edit.scrolledRows,
  };
}

function othersOn(model: Model, name: string): readonly SafeText[] {
  const participants = snapshotIn(model.ceremony)?.participants ?? [];
  return participants
    .filter((other) => other.view === policyPresence(name) && other.name !== holderOf(model))
    .map((other) => clean(other.name, 24));
}

export function plainPolicy(model: Model): JsonValue {
  const { name, base } = policyState.of(model);
  const live = livePolicy(name ?? '', base?.text ?? '');
  return {
    name: name ?? null,
    version: base?.version ?? 0,
    policy: base?.text ?? '',
    valid: live.isValid,
    rules: live.rules.map(({ path, grants }) => ({ path, grants })),
  };
}
