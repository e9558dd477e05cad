/** The form of a secret: opening it, saving it, and what is done when somebody else was faster. */
import { type Effect, toast } from '../../model/effect.ts';
import type { Model } from '../../model/model.ts';
import type { Target, Warning } from '../../keys/verb.ts';
import { underWay } from '../../model/pending.ts';
import { mountOf, secretMounts, secretPath, type Selection } from '../../model/secret-tree.ts';
import { masked, type SecretForm } from '../../model/secrets.ts';
import { clean, literal } from '../../terminal/safe-text.ts';
import { clusterName } from '../cluster/cluster-view.ts';
import { canSend } from '../empty-words.ts';
import type { ScreenVerb } from '../screen.ts';
import { openForm, saveForm, withNewName, withRemoval } from './secret-form.ts';
import {
  become,
  isFormOpen,
  isVersioned,
  newestInConflict,
  targetOf,
  whereOf,
} from './secret-guards.ts';
import {
  metadataIn,
  namesOf,
  newerThanForm,
  newestOfForm,
  secretsState,
  secretsView as view,
  selection,
} from './secret-selection.ts';

const shared = { view, danger: 0, needsWrite: false } as const;

export const formVerbs: readonly ScreenVerb[] = [
  {
    ...shared,
    id: 'secrets.edit',
    title: 'edit',
    help: 'change values without seeing them; what stays empty stays as it is',
    keys: ['e'],
    footer: 2,
    needsWrite: true,
    enabledWhen: (model) => isVersioned(model),
    run: ({ model }) => edit(model),
  },
  {
    ...shared,
    id: 'secrets.editor',
    title: '$EDITOR',
    help: 'edit all values as JSON with VISUAL or EDITOR; structures, too. It is recorded',
    keys: ['E'],
    danger: 1,
    needsWrite: true,
    enabledWhen: (model) => isVersioned(model),
    target: (model) => newestTarget(model),
    warning: (model) => ({ cluster: clusterName(model), ...editorWords(model) }),
    run: ({ target }) => editorEffect(whereOf(target?.id)),
  },
  {
    ...shared,
    id: 'secrets.discard',
    title: 'discard',
    help: 'throw away what $EDITOR left of this secret and was not saved',
    keys: [],
    command: { name: 'secret discard' },
    danger: 1,
    enabledWhen: (model) => isKept(model),
    target: (model) => newestTarget(model),
    warning: (model) => ({
      cluster: clusterName(model),
      act: literal('Throw away your unsaved text'),
      effect: literal('what you typed in the editor is gone; what is stored stays as it is'),
      undo: literal('there is none'),
    }),
    run: ({ target }) => {
      const where = whereOf(target?.id);
      return where === undefined ? { kind: 'none' } : { kind: 'discard-edit', path: where.path };
    },
  },
  {
    ...shared,
    id: 'secrets.save',
    title: 'save',
    help: 'write what is filled in, if nobody else has changed the secret since',
    keys: ['C-s'],
    footer: 1,
    needsWrite: true,
    enabledWhen: (model) => {
      const open = isFormOpen(model);
      if (open !== true) return open;
      return secretsState.of(model).form?.saving === undefined ? canSend(model) : underWay;
    },
    run: ({ model }) => save(model),
  },
  {
    ...shared,
    id: 'secrets.add-name',
    title: 'add a name',
    help: 'one more name with its value, in the form',
    keys: ['C-n'],
    footer: 2,
    enabledWhen: isFormOpen,
    run: ({ model }) => changeForm(model, withNewName),
  },
  {
    ...shared,
    id: 'secrets.remove-name',
    title: 'remove it',
    help: 'the name that has the keyboard goes when the form is saved; again keeps it',
    keys: ['C-x'],
    footer: 3,
    enabledWhen: isFormOpen,
    run: ({ model }) => changeForm(model, withRemoval),
  },
  {
    ...shared,
    id: 'secrets.conflict',
    title: 'compare',
    help: 'what somebody else has written meanwhile, and what is typed here, side by side',
    keys: ['C-g'],
    footer: 4,
    enabledWhen: (model) => newerThanForm(model) !== undefined || 'nobody else has changed it',
    run: ({ model }) => become({ ...secretsState.of(model), pane: 'conflict' }),
  },
  {
    ...shared,
    id: 'secrets.keep-mine',
    title: 'keep mine',
    help: 'keep what is typed, as a change of the newest version; C-s saves it then',
    keys: ['m'],
    footer: 2,
    enabledWhen: (model) => newestInConflict(model) !== undefined || 'there is no conflict',
    run: ({ model }) => keepMine(model),
  },
  {
    ...shared,
    id: 'secrets.take-theirs',
    title: 'take theirs',
    help: 'throw away what is typed, and leave the newest version as it is',
    keys: ['t'],
    footer: 3,
    enabledWhen: (model) => newestInConflict(model) !== undefined || 'there is no conflict',
    run: ({ model }) => {
      const state = masked(secretsState.of(model));
      return become({ ...state, form: undefined, pane: 'tree' });
    },
  },
];

/** Whatever version is looked at: a change of an older one could not be saved. */
function newestTarget(model: Model): Target | undefined {
  const where = selection(model);
  const version = where === undefined ? undefined : metadataIn(model, where)?.current;
  return where === undefined || version === undefined ? undefined : targetOf({ ...where, version });
}

function isKept(model: Model): true | string {
  const path = selection(model)?.path;
  const isThere = path !== undefined && secretsState.of(model).kept.includes(path);
  return isThere || '$EDITOR has left no unsaved text of this';
}

function editorWords(model: Model): Omit<Warning, 'cluster'> {
  if (isKept(model) === true) {
    return {
      act: literal('Open your unsaved text again'),
      effect: literal('it is saved when the editor ends; lines that others changed are marked'),
      undo: literal('leave the file empty to throw it away, or end with an error (:cq) to keep it'),
    };
  }
  return {
    act: literal('Open all values in an editor'),
    effect: literal('they are shown, and lie in a file of yours until it ends; it is recorded'),
    undo: literal('leave the editor without a change: nothing is saved then'),
  };
}

/** Saved only if the version that is read is still the newest then. */
function editorEffect(where: Selection | undefined): Effect {
  if (where === undefined) return { kind: 'none' };
  const { path, mount, version } = where;
  const shown = clean(path, 60);
  const data = secretPath(mount, 'data', path);
  return {
    kind: 'edit-secret',
    path,
    version,
    read: { operation: 'read', path: data, query: { version: String(version) } },
    save: {
      kind: 'request',
      request: { operation: 'write', path: data, body: { options: { cas: version } } },
      what: clean(`save ${shown}`, 80),
      success: clean(`${shown} is saved as version ${version + 1}`, 100),
      changes: [mount.path],
    },
    fileName: `${path.slice(path.lastIndexOf('/') + 1).replaceAll(/[^\w.-]/g, '_')}.json`,
  };
}

function edit(model: Model): Effect {
  const where = selection(model);
  const current = where === undefined ? undefined : metadataIn(model, where)?.current;
  if (where === undefined || current === undefined) return { kind: 'none' };
  const at = { ...where, version: current };
  const state = masked(secretsState.of(model));
  return become({ ...state, pane: 'form', form: openForm(at, namesOf(model, at)) });
}

function changeForm(model: Model, change: (form: SecretForm) => SecretForm): Effect {
  const state = secretsState.of(model);
  return state.form === undefined
    ? { kind: 'none' }
    : become({ ...state, form: change(state.form) });
}

/** What is typed stays, also for names that the newest version no longer has. */
function keepMine(model: Model): Effect {
  const state = masked(secretsState.of(model));
  const newest = newestOfForm(model);
  if (state.form === undefined || newest === undefined) return { kind: 'none' };
  return become({ ...state, pane: 'form', form: { ...state.form, cas: newest.version } });
}

function save(model: Model): Effect {
  const state = secretsState.of(model);
  const { form } = state;
  const mount = mountOf(secretMounts(model.resources), form?.path ?? '');
  if (form === undefined) return { kind: 'none' };
  if (mount?.version !== 2) {
    return toast(literal('no engine with versions is mounted where this path begins'));
  }
  return saveForm(state, form, { mount });
}
