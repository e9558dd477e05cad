/** What can be done with secrets. Reading a value is an act of its own, and recorded. */
import { type Effect, emit, go, several, toast } from '../../model/effect.ts';
import { revealMs } from '../../model/limits.ts';
import type { Model } from '../../model/model.ts';
import { mountOf, secretMounts, secretPath } from '../../model/secret-tree.ts';
import { compareTag, masked, openedTo, revealTag, type SecretsState } from '../../model/secrets.ts';
import { clean, literal } from '../../terminal/safe-text.ts';
import { clusterName } from '../cluster/cluster-view.ts';
import type { ScreenVerb } from '../screen.ts';
import { openForm, saveForm } from './secret-form.ts';
import {
  metadataIn,
  namesOf,
  newerThanForm,
  type Selection,
  secretsState,
  secretsView as view,
  selection,
  shownRows,
} from './secrets-view.ts';

const nameColumnsMax = 100;
const shared = { view, danger: 0, needsWrite: false } as const;

export const secretsVerbs: readonly ScreenVerb[] = [
  {
    ...shared,
    id: 'secrets.reveal',
    title: 'reveal',
    help: 'show the values for 15 seconds; the reading is recorded. x again masks them',
    keys: ['x'],
    footer: 1,
    enabledWhen: (model) => isSecret(model),
    run: ({ model }) => reveal(model),
  },
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
    id: 'secrets.save',
    title: 'save',
    help: 'write what is filled in, if nobody else has changed the secret since',
    keys: ['C-s'],
    footer: 1,
    needsWrite: true,
    enabledWhen: (model) => secretsState.of(model).form !== undefined || 'e opens the form first',
    run: ({ model }) => save(model),
  },
  {
    ...shared,
    id: 'secrets.rebase',
    title: 'on the newest',
    help: 'somebody else has written a version meanwhile: make yours the one after it',
    keys: ['C-r'],
    footer: 2,
    enabledWhen: (model) => newerThanForm(model) !== undefined || 'nobody else has changed it',
    run: ({ model }) => rebase(model),
  },
  {
    ...shared,
    id: 'secrets.new',
    title: 'new',
    help: 'type the path of a new secret',
    keys: ['n'],
    footer: 5,
    enabledWhen: () => true,
    run: ({ model }) => ({ kind: 'palette', text: `secret new ${folderOf(model)}` }),
  },
  {
    ...shared,
    id: 'secrets.new-at',
    title: 'new secret',
    help: 'make a secret: a form for its first name and value',
    keys: [],
    command: { name: 'secret new', parameters: [{ name: 'PATH' }] },
    view: 'global',
    enabledWhen: () => true,
    run: ({ model, args: [path = ''] }) => newSecret(model, path),
  },
  {
    ...shared,
    id: 'secrets.compare',
    title: 'diff',
    help: 'compare this version with the current one, name by name; no value is shown',
    keys: ['d'],
    footer: 3,
    enabledWhen: (model) => isOlder(model),
    run: ({ model }) => compare(model),
  },
  {
    ...shared,
    id: 'secrets.copy',
    title: 'copy',
    help: 'put one value into the clipboard of this terminal, without showing it',
    keys: [],
    command: {
      name: 'copy',
      parameters: [{ name: 'NAME', values: (model) => namesOfSelected(model) }],
    },
    danger: 1,
    enabledWhen: (model) => isSecret(model),
    target: (model) => targetOf(model),
    warning: (model) => ({
      cluster: clusterName(model),
      act: literal('Copy a value into the clipboard'),
      effect: literal('other programs of this desktop can read it; the reading is recorded'),
      undo: literal('copy something else'),
    }),
    run: ({ model, args: [name = ''] }) => {
      const where = selection(model);
      return where === undefined ? { kind: 'none' } : copyEffect(where, name);
    },
  },
  changing({
    name: 'delete',
    key: 'D',
    danger: 1,
    title: 'delete',
    help: 'hide this version; undelete brings it back',
    effect: 'the version can no longer be read',
    undo: ':undelete brings it back',
    done: 'deleted',
  }),
  changing({
    name: 'undelete',
    key: 'U',
    danger: 1,
    title: 'undelete',
    help: 'bring this version back',
    effect: 'the version can be read again',
    undo: 'D deletes it again',
    done: 'there again',
  }),
  changing({
    name: 'destroy',
    key: 'C-k',
    danger: 2,
    title: 'destroy',
    help: 'remove the data of this version for good',
    effect: 'the data of this version is gone, also for whoever has a backup of the log alone',
    undo: 'there is none',
    done: 'destroyed',
  }),
];

interface Change {
  readonly name: 'delete' | 'undelete' | 'destroy';
  readonly key: string;
  readonly danger: 1 | 2;
  readonly title: string;
  readonly help: string;
  readonly effect: string;
  readonly undo: string;
  readonly done: string;
}

function changing({ name, key, danger, title, help, effect, undo, done }: Change): ScreenVerb {
  return {
    ...shared,
    id: `secrets.${name}`,
    title,
    help,
    keys: [key],
    command: { name },
    danger,
    needsWrite: true,
    enabledWhen: (model) => isVersioned(model),
    target: (model) => targetOf(model),
    warning: (model, target) => ({
      cluster: clusterName(model),
      act: clean(`${title} version ${selection(model)?.version ?? 0}`, 60),
      effect: literal(effect),
      undo: clean(`${undo} (${target.name})`, 160),
    }),
    run: ({ target }) => {
      const where = whereOf(target?.id);
      if (where === undefined) return { kind: 'none' };
      return {
        kind: 'request',
        request: {
          operation: 'write',
          path: secretPath(where.mount, name, where.path),
          body: { versions: [where.version] },
        },
        what: clean(`${name} ${where.path}`, 80),
        success: clean(`version ${where.version} of ${where.path} is ${done}`, 120),
        changes: [where.mount.path],
      };
    },
  };
}

/** The dialog keeps what it was opened on: mount, path and version are in the identifier. */
function targetOf(model: Model) {
  const where = selection(model);
  if (where === undefined) return undefined;
  const { path, mount, version } = where;
  return {
    id: JSON.stringify([mount.path, mount.version, path, version]),
    name: clean(path, nameColumnsMax),
  };
}

function whereOf(id: string | undefined): Selection | undefined {
  if (id === undefined) return undefined;
  const [mount, kind, path, version] = JSON.parse(id) as [string, 1 | 2, string, number];
  return { mount: { path: mount, version: kind }, path, version };
}

function isSecret(model: Model): true | string {
  return selection(model) !== undefined || 'a folder is selected: Enter opens it';
}

function isVersioned(model: Model): true | string {
  const where = selection(model);
  if (where === undefined) return 'a folder is selected: Enter opens it';
  if (where.mount.version === 1) return 'this engine keeps no versions';
  return metadataIn(model, where) !== undefined || 'its versions are still being read';
}

function isOlder(model: Model): true | string {
  const ready = isVersioned(model);
  if (ready !== true) return ready;
  const where = selection(model);
  const current = where === undefined ? 0 : (metadataIn(model, where)?.current ?? 0);
  return (
    (where !== undefined && where.version !== current) ||
    'this is the current version: Tab, then choose an older one'
  );
}

function namesOfSelected(model: Model): readonly string[] {
  const where = selection(model);
  return where === undefined ? [] : namesOf(model, where).map(({ name }) => name);
}

function become(state: SecretsState): Effect {
  return emit({ kind: 'screen', view, event: state });
}

function reveal(model: Model): Effect {
  const state = secretsState.of(model);
  const where = selection(model);
  if (where === undefined) return { kind: 'none' };
  if (state.revealed !== undefined) return become(masked(state));
  const isWrapped = where.mount.version === 2;
  const asked = { path: where.path, version: where.version, isWrapped };
  return several(become({ ...masked(state), asked }), readEffect(where, revealTag));
}

function readEffect({ path, mount, version }: Selection, tag: string): Effect {
  return {
    kind: 'request',
    tag,
    request: {
      operation: 'read',
      path: secretPath(mount, 'data', path),
      ...(version > 0 && { query: { version: String(version) } }),
    },
    what: clean(`read ${path}`, 80),
  };
}

function compare(model: Model): Effect {
  const where = selection(model);
  const current = where === undefined ? undefined : metadataIn(model, where)?.current;
  if (where === undefined || current === undefined) return { kind: 'none' };
  const comparison = {
    path: where.path,
    from: where.version,
    to: current,
    half: undefined,
    changes: undefined,
    untilMs: model.nowMs + revealMs,
  };
  return several(
    become({ ...masked(secretsState.of(model)), comparison }),
    readEffect(where, `${compareTag}.${where.version}`),
    readEffect({ ...where, version: current }, `${compareTag}.${current}`),
  );
}

function edit(model: Model): Effect {
  const where = selection(model);
  const current = where === undefined ? undefined : metadataIn(model, where)?.current;
  if (where === undefined || current === undefined) return { kind: 'none' };
  const at = { ...where, version: current };
  const names = namesOf(model, at)
    .filter(({ isLeaf }) => isLeaf)
    .map(({ name }) => name);
  const state = masked(secretsState.of(model));
  return become({ ...state, pane: 'form', form: openForm(at, names) });
}

function rebase(model: Model): Effect {
  const state = secretsState.of(model);
  const cas = newerThanForm(model);
  if (state.form === undefined || cas === undefined) return { kind: 'none' };
  return become({ ...state, form: { ...state.form, cas } });
}

function save(model: Model): Effect {
  const { form } = secretsState.of(model);
  const mount = mountOf(secretMounts(model.resources), form?.path ?? '');
  if (form === undefined) return { kind: 'none' };
  if (mount?.version !== 2) {
    return toast(literal('no engine with versions is mounted where this path begins'));
  }
  return saveForm(form, { mount });
}

/** Whether an engine is there is asked when the form is saved: it may not have been read yet. */
function newSecret(model: Model, path: string): Effect {
  if (!/^[^/]+(?:\/[^/]+)+$/.test(path)) {
    return toast(literal('a path is a mount, folders and a name: secret/app/db'));
  }
  const mount = mountOf(secretMounts(model.resources), path);
  if (mount?.version === 1) {
    return toast(literal('this engine keeps no versions: use `strongbox kv put`'));
  }
  const state = openedTo(masked(secretsState.of(model)), path);
  const form = openForm({ path, version: 0 }, []);
  return several(go(view), become({ ...state, pane: 'form', form }));
}

/** The folder that the selected row lies in. */
function folderOf(model: Model): string {
  const rows = shownRows(model);
  const path = selection(model)?.path ?? model.selected[view] ?? rows[0]?.path ?? '';
  return path.slice(0, path.lastIndexOf('/') + 1);
}

function copyEffect({ path, mount, version }: Selection, name: string): Effect {
  return {
    kind: 'copy-value',
    request: {
      operation: 'read',
      path: secretPath(mount, 'data', path),
      ...(version > 0 && { query: { version: String(version) } }),
    },
    isWrapped: mount.version === 2,
    name,
    what: clean(`${name} of ${path}`, 100),
  };
}
