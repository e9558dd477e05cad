/** What the verbs of secrets ask before they do anything, and what they act on. */
import { type Effect, emit } from '../../model/effect.ts';
import type { Target } from '../../keys/verb.ts';
import type { Model } from '../../model/model.ts';
import type { Selection } from '../../model/secret-tree.ts';
import type { SecretsState } from '../../model/secrets.ts';
import { clean } from '../../terminal/safe-text.ts';
import {
  metadataIn,
  newestOfForm,
  secretsState,
  secretsView as view,
  selection,
} from './secret-selection.ts';

const nameColumnsMax = 100;

export function isFormOpen(model: Model): true | string {
  return secretsState.of(model).pane === 'form' || 'e opens the form first';
}

/** While two changes are compared nothing else is done: what is selected is not what is seen. */
export function notInForm(model: Model): true | string {
  const isConflict = secretsState.of(model).pane === 'conflict';
  return !isConflict || 'm keeps yours, t takes theirs, Esc goes back to the form';
}

export function newestInConflict(model: Model): Selection | undefined {
  return secretsState.of(model).pane === 'conflict' ? newestOfForm(model) : undefined;
}

export function isSecret(model: Model): true | string {
  const free = notInForm(model);
  if (free !== true) return free;
  return selection(model) !== undefined || 'a folder is selected: Enter opens it';
}

export function isVersioned(model: Model): true | string {
  const free = notInForm(model);
  if (free !== true) return free;
  const where = selection(model);
  if (where === undefined) return 'a folder is selected: Enter opens it';
  if (where.mount.version === 1) return 'this engine keeps no versions';
  return metadataIn(model, where) !== undefined || 'its versions are still being read';
}

export function become(state: SecretsState): Effect {
  return emit({ kind: 'screen', view, event: state });
}

/** The dialog keeps what it was opened on: mount, path and version are in the identifier. */
export function targetOf({ path, mount, version }: Selection): Target {
  return {
    id: JSON.stringify([mount.path, mount.version, path, version]),
    name: clean(path, nameColumnsMax),
  };
}

export function selectedTarget(model: Model): Target | undefined {
  const where = selection(model);
  return where === undefined ? undefined : targetOf(where);
}

export function whereOf(id: string | undefined): Selection | undefined {
  if (id === undefined) return undefined;
  const [mount, kind, path, version] = JSON.parse(id) as [string, 1 | 2, string, number];
  return { mount: { path: mount, version: kind }, path, version };
}
