/** What can be done with secrets. Reading a value is an act of its own, and recorded. */
import { type Effect, go, several, toast } from '../../model/effect.ts';
import { revealMs } from '../../model/limits.ts';
import type { Model } from '../../model/model.ts';
import { pending, type Ticket } from '../../model/pending.ts';
import { mountOf, secretMounts, secretPath, type Selection } from '../../model/secret-tree.ts';
import { masked, openedTo } from '../../model/secrets.ts';
import { clean, literal } from '../../terminal/safe-text.ts';
import { clusterName } from '../cluster/cluster-view.ts';
import type { ScreenVerb } from '../screen.ts';
import { openForm } from './secret-form.ts';
import { formVerbs } from './secret-form-verbs.ts';
import {
  become,
  isSecret,
  isVersioned,
  newestInConflict,
  notInForm,
  selectedTarget,
} from './secret-guards.ts';
import { versionVerbs } from './secret-version-verbs.ts';
import {
  metadataIn,
  namesOf,
  secretsState,
  secretsView as view,
  selection,
  shownRows,
} from './secret-selection.ts';

const shared = { view, danger: 0, needsWrite: false } as const;

export const secretsVerbs: readonly ScreenVerb[] = [
  {
    ...shared,
    id: 'secrets.reveal',
    title: 'reveal',
    help: 'show the values for 15 seconds; the reading is recorded. x again masks them',
    keys: ['x'],
    footer: 1,
    enabledWhen: (model) => newestInConflict(model) !== undefined || isSecret(model),
    run: ({ model }) => reveal(model),
  },
  ...formVerbs,
  {
    ...shared,
    id: 'secrets.new',
    title: 'new',
    help: 'type the path of a new secret',
    keys: ['n'],
    footer: 5,
    needsWrite: true,
    enabledWhen: notInForm,
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
    needsWrite: true,
    enabledWhen: notInForm,
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
    target: (model) => selectedTarget(model),
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
  ...versionVerbs,
];

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

function reveal(model: Model): Effect {
  const state = secretsState.of(model);
  const where = newestInConflict(model) ?? selection(model);
  if (where === undefined) return { kind: 'none' };
  if (state.revealed !== undefined) return become(masked(state));
  const isWrapped = where.mount.version === 2;
  const asked = pending({ path: where.path, version: where.version, isWrapped });
  return several(become({ ...masked(state), asked }), readEffect(where, asked.ticket));
}

function readEffect({ path, mount, version }: Selection, ticket: Ticket): Effect {
  return {
    kind: 'request',
    ticket,
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
  const older = pending(where.version);
  const newer = pending(current);
  const comparison = {
    path: where.path,
    from: where.version,
    to: current,
    asked: [older, newer],
    half: undefined,
    changes: undefined,
    untilMs: model.nowMs + revealMs,
  };
  return several(
    become({ ...masked(secretsState.of(model)), comparison }),
    readEffect(where, older.ticket),
    readEffect({ ...where, version: current }, newer.ticket),
  );
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
