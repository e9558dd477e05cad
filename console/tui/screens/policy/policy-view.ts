/**
 * The policy editor: the text at the left, what it means at the right. Control keys are verbs, all
 * others type. Saving shows the difference first.
 */
import type { JsonValue } from '../../../../shared/json/value.ts';
import { StrongBoxError } from '../../../../shared/errors/failure.ts';
import { formatPolicy } from '../../../../shared/policy/format.ts';
import { type DiffLine, diffLines, hunks } from '../../components/diff.ts';
import { editorKey, editorPaste, isProblem } from '../../components/editor-keys.ts';
import { type EditorState, editorText } from '../../components/editor-state.ts';
import { editLine, lineText, pasteLine } from '../../keys/line-input.ts';
import type { Navigation } from '../../keys/navigation.ts';
import type { ApiRequest } from '../../model/api.ts';
import { type Effect, emit, toast } from '../../model/effect.ts';
import type { ModelEvent } from '../../model/event.ts';
import type { Model } from '../../model/model.ts';
import {
  isEdited,
  keptMine,
  noEdit,
  opened,
  type PolicyEdit,
  read,
  readNothing,
  reverted,
  saved,
  tryCapabilities,
  versionOf,
  withText,
} from '../../model/policy-editor.ts';
import { type LivePolicy, livePolicy, type TryOutcome, tryPath } from '../../model/policy-live.ts';
import { resourceKey, resourceOf } from '../../model/resources.ts';
import { snapshotIn } from '../../model/topic.ts';
import { clean, literal, type SafeText } from '../../terminal/safe-text.ts';
import { policyRequest } from '../policies/policies-view.ts';
import {
  argumentOf,
  defineScreen,
  type Screen,
  type ScreenVerb,
  screenState,
  type Step,
  type TypedEvent,
} from '../screen.ts';

const view = 'policy';
const saveTag = 'policy.save';
const editTag = 'policy.edit';
const conflictCode = 'policies.cas-mismatch';
const contextLines = 3;

const state = screenState<PolicyEdit>(view, noEdit);

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
  const edit = state.of(model);
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
    .filter((other) => other.view === `${view} ${name}` && other.name !== model.settings.holder)
    .map((other) => clean(other.name, 24));
}

function reduce(edit: PolicyEdit, event: ModelEvent, model: Model): PolicyEdit {
  switch (event.kind) {
    case 'go':
      if (event.place.view !== view || event.place.argument === undefined) return edit;
      return primed(opened(edit, event.place.argument), model);
    case 'start': {
      const name = argumentOf(model, view);
      return name === undefined ? edit : primed(opened(edit, name), model);
    }
    case 'answered':
      return answered(edit, event);
    case 'done':
      return event.tag === saveTag ? savedOrNot(edit, event) : edit;
    case 'edited':
      return event.tag === editTag ? withText(edit, event.text) : edit;
    case 'screen':
      return event.view === view ? (event.event as PolicyEdit) : edit;
    default:
      return edit;
  }
}

/** With what was read of it lately, for a list or for this editor before. */
function primed(edit: PolicyEdit, model: Model): PolicyEdit {
  const { data } = resourceOf(model.resources, policyRequest(edit.name ?? ''));
  return data === undefined ? edit : read(edit, versionOf(data));
}

function answered(
  edit: PolicyEdit,
  { request, outcome }: Extract<ModelEvent, { kind: 'answered' }>,
): PolicyEdit {
  if (edit.name === undefined) return edit;
  if (resourceKey(request) !== resourceKey(policyRequest(edit.name))) return edit;
  if (outcome.ok) return read(edit, versionOf(outcome.data));
  return outcome.problem.status === 404 ? readNothing(edit) : edit;
}

function savedOrNot(
  edit: PolicyEdit,
  { outcome }: Extract<ModelEvent, { kind: 'done' }>,
): PolicyEdit {
  if (outcome.ok) return saved(edit, editorText(edit.editor));
  const isConflict = outcome.problem.code === conflictCode;
  return { ...edit, isSaving: false, pane: isConflict ? 'conflict' : 'text', scrolledRows: 0 };
}

function wants(model: Model): readonly ApiRequest[] {
  const name = argumentOf(model, view);
  return name === undefined ? [] : [policyRequest(name)];
}

/** A key or paste for the text, or for the path that is tried. */
function type(event: TypedEvent, model: Model): Step<PolicyEdit> {
  const edit = state.of(model);
  if (event.kind === 'key' && event.key === 'Esc') return escape(edit);
  return edit.pane === 'try' ? typePath(edit, event) : typeText(edit, event, model);
}

function escape(edit: PolicyEdit): Step<PolicyEdit> {
  if (edit.pane === 'try') return { state: { ...edit, pane: 'text' } };
  const kept = literal('the changes are kept here while the console runs; they are not saved');
  const back = emit({ kind: 'back' });
  if (!isEdited(edit)) return { effect: back };
  return { effect: { kind: 'several', effects: [back, toast(kept)] } };
}

function typeText(edit: PolicyEdit, event: TypedEvent, model: Model): Step<PolicyEdit> {
  if (edit.base === undefined) return {};
  const edited =
    event.kind === 'paste'
      ? editorPaste(edit.editor, event.text)
      : editorKey(edit.editor, event.key, model.size.rows - 8);
  if (!isProblem(edited)) return { state: { ...edit, editor: edited } };
  const words = {
    'too-long': 'the policy would become too long; nothing was changed',
    'too-many-lines': 'the policy would have too many lines; nothing was changed',
    'control-characters': 'paste refused: it holds control characters',
  } as const;
  return { effect: toast(literal(words[edited])) };
}

function typePath(edit: PolicyEdit, event: TypedEvent): Step<PolicyEdit> {
  if (event.kind === 'paste') {
    const pasted = pasteLine(edit.tryPath, event.text);
    if (typeof pasted !== 'string') return { state: { ...edit, tryPath: pasted } };
    return { effect: toast(literal('paste refused: a path is one short line')) };
  }
  if (event.key === 'Enter') return { state: { ...edit, pane: 'text' } };
  const step =
    event.key === 'Tab' || event.key === 'Down'
      ? 1
      : event.key === 'S-Tab' || event.key === 'Up'
        ? -1
        : 0;
  if (step === 0) return { state: { ...edit, tryPath: editLine(edit.tryPath, event.key) } };
  const index = tryCapabilities.indexOf(edit.tryCapability) + step + tryCapabilities.length;
  const tryCapability = tryCapabilities[index % tryCapabilities.length] ?? 'read';
  return { state: { ...edit, tryCapability } };
}

/** In the review and the conflict view keys move; Esc goes back to the text. */
function navigate(to: Navigation, model: Model): Step<PolicyEdit> | undefined {
  const edit = state.of(model);
  if (to === 'back') {
    return edit.pane === 'text' ? undefined : { state: { ...edit, pane: 'text' } };
  }
  const page = Math.max(1, model.size.rows - 8);
  const distances: Partial<Record<Navigation, number>> = {
    up: -1,
    down: 1,
    'half-up': -Math.ceil(page / 2),
    'half-down': Math.ceil(page / 2),
    'page-up': -page,
    'page-down': page,
    top: -edit.scrolledRows,
  };
  const distance = distances[to];
  if (distance === undefined) return undefined;
  return { state: { ...edit, scrolledRows: Math.max(0, edit.scrolledRows + distance) } };
}

const shared = { view, danger: 0, needsWrite: false } as const;

const verbs: readonly ScreenVerb[] = [
  {
    ...shared,
    id: 'policy.review',
    title: 'save',
    help: 'show what changed, then save it with y',
    keys: ['C-s'],
    footer: 1,
    enabledWhen: (model) => canReview(state.of(model)),
    run: ({ model }) => become({ ...state.of(model), pane: 'review', scrolledRows: 0 }),
  },
  {
    ...shared,
    id: 'policy.save',
    title: 'yes, save',
    help: 'save the text as the next version',
    keys: ['y'],
    footer: 1,
    needsWrite: true,
    enabledWhen: (model) => state.of(model).pane === 'review' || 'C-s shows what changed first',
    run: ({ model }) => save(state.of(model)),
  },
  {
    ...shared,
    id: 'policy.try',
    title: 'try a path',
    help: 'type a path; Tab changes the capability, Esc or Enter comes back',
    keys: ['C-t'],
    footer: 2,
    enabledWhen: (model) => isOpen(state.of(model)),
    run: ({ model }) => {
      const edit = state.of(model);
      return become({ ...edit, pane: edit.pane === 'try' ? 'text' : 'try' });
    },
  },
  {
    ...shared,
    id: 'policy.format',
    title: 'format',
    help: 'the canonical form: two spaces, one attribute a line, comments kept',
    keys: ['C-f'],
    footer: 4,
    enabledWhen: (model) => isOpen(state.of(model)),
    run: ({ model }) => format(state.of(model)),
  },
  {
    ...shared,
    id: 'policy.editor',
    title: '$EDITOR',
    help: 'edit a copy with VISUAL or EDITOR; what it leaves is taken over, not saved',
    keys: ['C-e'],
    footer: 3,
    enabledWhen: (model) => isOpen(state.of(model)),
    run: ({ model }) => {
      const { name, editor } = state.of(model);
      const fileName = `${(name ?? 'policy').replaceAll(/[^\w.-]/g, '_')}.hcl`;
      return { kind: 'edit', tag: editTag, text: editorText(editor), fileName };
    },
  },
  {
    ...shared,
    id: 'policy.revert',
    title: 'revert',
    help: 'throw the changes away and take what the agent has',
    keys: ['C-r'],
    footer: 5,
    enabledWhen: (model) => {
      const edit = state.of(model);
      return isEdited(edit) || edit.newer !== undefined || 'nothing is changed';
    },
    run: ({ model }) => become(reverted(state.of(model))),
  },
  {
    ...shared,
    id: 'policy.conflict',
    title: 'compare',
    help: 'what they changed and what you changed, one below the other',
    keys: ['C-g'],
    footer: 6,
    enabledWhen: (model) => state.of(model).newer !== undefined || 'nobody else has changed it',
    run: ({ model }) => become({ ...state.of(model), pane: 'conflict', scrolledRows: 0 }),
  },
  {
    ...shared,
    id: 'policy.keep-mine',
    title: 'keep mine',
    help: 'keep this text as a change of the newer version; the difference is shown again',
    keys: ['m'],
    footer: 1,
    enabledWhen: (model) => {
      const { pane, newer } = state.of(model);
      return (pane === 'conflict' && newer !== undefined) || 'there is no conflict';
    },
    run: ({ model }) => become(keptMine(state.of(model))),
  },
  {
    ...shared,
    id: 'policy.take-theirs',
    title: 'take theirs',
    help: 'throw this text away and take the newer version',
    keys: ['t'],
    footer: 2,
    enabledWhen: (model) => {
      const { pane, newer } = state.of(model);
      return (pane === 'conflict' && newer !== undefined) || 'there is no conflict';
    },
    run: ({ model }) => become(reverted(state.of(model))),
  },
];

function become(edit: PolicyEdit): Effect {
  return emit({ kind: 'screen', view, event: edit });
}

function isOpen({ base, pane }: PolicyEdit): true | string {
  if (base === undefined) return 'the policy is still being read';
  return pane === 'text' || pane === 'try' || 'Esc goes back to the text first';
}

function canReview(edit: PolicyEdit): true | string {
  const open = isOpen(edit);
  if (open !== true) return open;
  if (!isEdited(edit) && edit.base?.version !== 0) return 'nothing is changed';
  const live = livePolicy(edit.name ?? '', editorText(edit.editor));
  if (!live.isValid) return 'the policy has errors: they stand under their lines';
  return edit.newer === undefined || 'somebody else has changed it meanwhile: C-g compares';
}

function save({ name = '', base, editor }: PolicyEdit): Effect {
  const shown = clean(name, 60);
  return {
    kind: 'request',
    tag: saveTag,
    request: {
      operation: 'write',
      path: `sys/policies/acl/${name}`,
      body: { policy: editorText(editor), cas: base?.version ?? 0 },
    },
    what: clean(`save policy ${shown}`, 80),
    success: clean(`policy ${shown} is saved; tokens that have it follow it from now on`, 120),
    changes: ['sys/policies/acl'],
    quiet: [conflictCode],
  };
}

function format(edit: PolicyEdit): Effect {
  try {
    return become(withText(edit, formatPolicy(editorText(edit.editor))));
  } catch (error) {
    if (error instanceof StrongBoxError) return toast(clean(error.message, 160));
    throw error;
  }
}

export const policyScreen: Screen = defineScreen<PolicyEdit>({
  view,
  command: { name: 'edit', parameters: [{ name: 'NAME' }] },
  help: 'one policy in the editor, with what it allows',
  initial: state.initial,
  trail: (model) => {
    const edit = state.of(model);
    const { name = '', base } = edit;
    const revision = base === undefined || base.version === 0 ? 'new' : `rev ${base.version}`;
    const edited = isEdited(edit) && base?.version !== 0 ? ', edited' : '';
    return [clean(`${name} (${revision}${edited})`, 60)];
  },
  reduce,
  wants,
  field: (model) => {
    const { pane } = state.of(model);
    return pane === 'text' || pane === 'try' ? pane : undefined;
  },
  type,
  navigate,
  verbs,
  plain: (model): JsonValue => {
    const { name, base } = state.of(model);
    const live = livePolicy(name ?? '', base?.text ?? '');
    return {
      name: name ?? null,
      version: base?.version ?? 0,
      policy: base?.text ?? '',
      valid: live.isValid,
      rules: live.rules.map(({ path, grants }) => ({ path, grants })),
    };
  },
});
