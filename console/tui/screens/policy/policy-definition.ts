/** The policy editor as the table of screens knows it: what it keeps, and what keys do to it. */
import { editorHelp, editorKey, editorPaste, isProblem } from '../../components/editor-keys.ts';
import { editorText } from '../../components/editor-state.ts';
import { editLine, pasteLine } from '../../keys/line-input.ts';
import type { Navigation } from '../../keys/navigation.ts';
import type { ApiRequest } from '../../model/api.ts';
import { emit, toast } from '../../model/effect.ts';
import type { ModelEvent } from '../../model/event.ts';
import type { Model } from '../../model/model.ts';
import {
  isEdited,
  opened,
  type PolicyEdit,
  read,
  readNothing,
  saved,
  tryCapabilities,
  versionOf,
  withText,
} from '../../model/policy-editor.ts';
import { resourceKey, resourceOf } from '../../model/resources.ts';
import { clean, literal } from '../../terminal/safe-text.ts';
import { policyRequest } from '../policies/policies-view.ts';
import { argumentOf, defineScreen, type Screen, type Step, type TypedEvent } from '../screen.ts';
import { conflictCode, editTag, policyVerbs, saveTag } from './policy-verbs.ts';
import { plainPolicy, policyState as state, policyViewName as view } from './policy-view.ts';

function reduce(edit: PolicyEdit, event: ModelEvent, model: Model): PolicyEdit {
  switch (event.kind) {
    case 'opened': {
      const { view: shown, argument } = event.place;
      return shown !== view || argument === undefined
        ? edit
        : primed(opened(edit, argument), model);
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

export const policyScreen: Screen = defineScreen<PolicyEdit>({
  view,
  command: { name: 'edit', parameters: [{ name: 'NAME' }] },
  help: 'one policy in the editor, with what it allows',
  initial: state.initial,
  trail: (model) => {
    const edit = state.of(model);
    const { name = '', base } = edit;
    if (base === undefined) return [clean(name, 60)];
    const revision = base.version === 0 ? 'new' : `rev ${base.version}`;
    const edited = isEdited(edit) && base.version !== 0 ? ', edited' : '';
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
  verbs: policyVerbs,
  keys: editorHelp,
  plain: plainPolicy,
});
