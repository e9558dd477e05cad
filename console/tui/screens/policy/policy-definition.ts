/** The policy editor as the table of screens knows it: what it keeps, and what keys do to it. */
import { editorHelp, editorKey, editorPaste, isProblem } from '../../components/editor-keys.ts';
import { editLine, pasteLine } from '../../keys/line-input.ts';
import type { Navigation } from '../../keys/navigation.ts';
import type { ApiRequest } from '../../model/api.ts';
import { emit, toast } from '../../model/effect.ts';
import type { ModelEvent } from '../../model/event.ts';
import type { Model } from '../../model/model.ts';
import {
  answeredDraft,
  editedDraft,
  openedDraft,
  type PolicyDrafts,
  readDraft,
} from '../../model/policy-drafts.ts';
import { isEdited, type PolicyEdit, tryCapabilities } from '../../model/policy-editor.ts';
import { resourceOf } from '../../model/resources.ts';
import { paneRows, scrolledBy } from '../../model/scroll.ts';
import { clean, literal } from '../../terminal/safe-text.ts';
import { policyNameOf, policyRequest } from '../policies/policies-view.ts';
import { argumentOf, defineScreen, type Screen, type Step, type TypedEvent } from '../screen.ts';
import { policyVerbs } from './policy-verbs.ts';
import {
  openPolicy,
  plainPolicy,
  policyDrafts,
  policyViewName as view,
  selectPolicy,
} from './policy-view.ts';

function reduce(drafts: PolicyDrafts, event: ModelEvent, model: Model): PolicyDrafts {
  switch (event.kind) {
    case 'opened': {
      const { view: shown, argument } = event.place;
      return shown !== view || argument === undefined
        ? drafts
        : primed(openedDraft(drafts, argument), argument, model);
    }
    case 'answered':
      return answered(drafts, event);
    case 'done':
      return answeredDraft(drafts, event.ticket, event.outcome);
    case 'edited':
      return editedDraft(drafts, event.ticket, event.text);
    case 'screen':
      return event.view === view ? { ...drafts, open: event.event as PolicyEdit } : drafts;
    default:
      return drafts;
  }
}

/** With what was read of it lately, for a list or for this editor before. */
function primed(drafts: PolicyDrafts, name: string, model: Model): PolicyDrafts {
  const { data } = resourceOf(model.resources, policyRequest(name));
  return data === undefined ? drafts : readDraft(drafts, name, data);
}

function answered(
  drafts: PolicyDrafts,
  { request, outcome }: Extract<ModelEvent, { kind: 'answered' }>,
): PolicyDrafts {
  const name = policyNameOf(request);
  if (name === undefined) return drafts;
  if (outcome.ok) return readDraft(drafts, name, outcome.data);
  return outcome.problem.status === 404 ? readDraft(drafts, name, undefined) : drafts;
}

function wants(model: Model): readonly ApiRequest[] {
  const name = argumentOf(model, view);
  return name === undefined ? [] : [policyRequest(name)];
}

/** A key or paste for the text, or for the path that is tried. */
function type(event: TypedEvent, model: Model): Step<PolicyEdit> {
  const edit = openPolicy(model);
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
  const edit = openPolicy(model);
  if (to === 'back') {
    return edit.pane === 'text' ? undefined : { state: { ...edit, pane: 'text' } };
  }
  const { mine, merge } = selectPolicy(model);
  const rows = paneRows(model.size.rows);
  const lines = Math.max(mine.length, merge.length);
  const scrolledRows = scrolledBy(to, { at: edit.scrolledRows, lines, rows });
  return scrolledRows === undefined ? undefined : { state: { ...edit, scrolledRows } };
}

/** A step of the open policy is one of the screen. */
function ofScreen(model: Model, { state: open, ...step }: Step<PolicyEdit>): Step<PolicyDrafts> {
  return open === undefined ? step : { ...step, state: { ...policyDrafts.of(model), open } };
}

export const policyScreen: Screen = defineScreen<PolicyDrafts>({
  view,
  command: { name: 'edit', parameters: [{ name: 'NAME' }] },
  help: 'one policy in the editor, with what it allows',
  initial: policyDrafts.initial,
  trail: (model) => {
    const edit = openPolicy(model);
    const { name = '', base } = edit;
    if (base === undefined) return [clean(name, 60)];
    const revision = base.version === 0 ? 'new' : `rev ${base.version}`;
    const edited = isEdited(edit) && base.version !== 0 ? ', edited' : '';
    return [clean(`${name} (${revision}${edited})`, 60)];
  },
  reduce,
  wants,
  field: (model) => {
    const { pane } = openPolicy(model);
    return pane === 'text' || pane === 'try' ? pane : undefined;
  },
  type: (event, model) => ofScreen(model, type(event, model)),
  navigate: (to, model) => {
    const step = navigate(to, model);
    return step === undefined ? undefined : ofScreen(model, step);
  },
  awaits: (model, ticket) => openPolicy(model).saving?.ticket === ticket,
  verbs: policyVerbs,
  keys: editorHelp,
  plain: plainPolicy,
});
