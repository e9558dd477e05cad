/**
 * What of the secrets is looked at: the rows of the tree, the one that is selected, and what has to
 * be read to show it. Values are not among it: reading one is an act of its own.
 */
import type { JsonObject } from '../../../../shared/json/value.ts';
import { objectIn } from '../../../client/members.ts';
import { isShown, parseFilter } from '../../keys/filter.ts';
import type { ApiRequest } from '../../model/api.ts';
import type { Model } from '../../model/model.ts';
import { resourceOf, type Resources } from '../../model/resources.ts';
import {
  folderRequest,
  mountOf,
  mountsRequest,
  type SecretMount,
  secretMounts,
  secretPath,
  type SecretTree,
  secretTree,
  type Selection,
  type TreeRow,
} from '../../model/secret-tree.ts';
import { metadataOf, namesIn, type SecretMetadata } from '../../model/secret-versions.ts';
import { noSecrets, type SecretsState } from '../../model/secrets.ts';
import { filterOf, screenState, selectedId } from '../screen.ts';

export const secretsView = 'secrets';

export const secretsState = screenState<SecretsState>(secretsView, noSecrets);

interface KnownTree {
  /** All that it was made of. */
  readonly parts: readonly unknown[];
  readonly tree: SecretTree;
  readonly paths: readonly string[];
}

/**
 * The newest tree of some mounts: a frame asks for its rows many times, and there may be thousands.
 * It stays while figures come and while other things are read: the lists that it shows count.
 */
const trees = new WeakMap<JsonObject, KnownTree>();

const noTree: KnownTree = {
  parts: [],
  tree: { rows: [], hiddenCount: 0, furtherCount: 0 },
  paths: [],
};

function knownTree(model: Model): KnownTree {
  const { resources } = model;
  const { data } = resourceOf(resources, mountsRequest);
  if (data === undefined) return noTree;
  const { open } = secretsState.of(model);
  const named = openedOn(model);
  const filter = filterOf(model, secretsView);
  const parts = [open, named, filter, ...listsOf(resources, open)];
  const known = trees.get(data);
  if (known?.parts.every((part, index) => part === parts[index]) === true) return known;
  const parsed = parseFilter(filter);
  const tree = secretTree(resources, { open, named, isShown: (path) => isShown(parsed, [path]) });
  const made = { parts, tree, paths: tree.rows.map(({ path }) => path) };
  trees.set(data, made);
  return made;
}

/** What each open folder lists, or why it does not. `open` tells how many there are. */
function listsOf(resources: Resources, open: readonly string[]): readonly unknown[] {
  const mounts = secretMounts(resources);
  return open.flatMap((path) => {
    const mount = mountOf(mounts, path);
    if (mount === undefined) return [undefined, undefined];
    const { data, problem } = resourceOf(resources, folderRequest(mount, path));
    return [data, problem];
  });
}

export function treeOf(model: Model): SecretTree {
  return knownTree(model).tree;
}

export function shownRows(model: Model): readonly TreeRow[] {
  return treeOf(model).rows;
}

/** Of the rows, in their order. */
export function shownPaths(model: Model): readonly string[] {
  return knownTree(model).paths;
}

function openedOn(model: Model): string | undefined {
  return model.places.findLast(({ view }) => view === secretsView)?.argument;
}

/** What was chosen, or what the view was opened on, or the first. */
export function selectedPath(model: Model): string | undefined {
  const ids = shownPaths(model);
  const opened = openedOn(model);
  const chosen = model.selected[secretsView];
  const isChosen = chosen !== undefined && ids.includes(chosen);
  if (!isChosen && opened !== undefined && ids.includes(opened)) return opened;
  return selectedId(model, secretsView, ids);
}

/** Undefined while a folder is selected. */
export function selection(model: Model): Selection | undefined {
  const path = selectedPath(model);
  if (path === undefined || path.endsWith('/')) return undefined;
  const mount = mountOf(secretMounts(model.resources), path);
  if (mount === undefined) return undefined;
  if (mount.version === 1) return { path, mount, version: 0 };
  const current = metadataIn(model, { path, mount })?.current ?? 0;
  return { path, mount, version: secretsState.of(model).version ?? current };
}

export function metadataIn(
  model: Model,
  where: Pick<Selection, 'path' | 'mount'>,
): SecretMetadata | undefined {
  if (where.mount.version === 1) return undefined;
  const { data } = resourceOf(model.resources, metadataRequest(where));
  return data === undefined ? undefined : metadataOf(data);
}

export function metadataRequest({ path, mount }: Pick<Selection, 'path' | 'mount'>): ApiRequest {
  return { operation: 'read', path: secretPath(mount, 'metadata', path) };
}

export function subkeysRequest({ path, mount, version }: Selection): ApiRequest {
  return {
    operation: 'read',
    path: secretPath(mount, 'subkeys', path),
    query: { version: String(version) },
  };
}

/** The names of the secret's values, in their order; none while they are not known. */
export function namesOf(model: Model, where: Selection): ReturnType<typeof namesIn> {
  if (where.version === 0) return [];
  const { data } = resourceOf(model.resources, subkeysRequest(where));
  return data === undefined ? [] : namesIn(objectIn(data, 'subkeys'));
}

/** Undefined while they are not known. */
export function knownNamesOf(model: Model, where: Selection): readonly string[] | undefined {
  const { data, problem } = resourceOf(model.resources, subkeysRequest(where));
  if (data === undefined && problem === undefined) return undefined;
  return namesOf(model, where).map(({ name }) => name);
}

/** Lists of the open folders, and metadata and names of the selected secret. Never its values. */
export function wants(model: Model): readonly ApiRequest[] {
  const mounts = secretMounts(model.resources);
  const folders = secretsState.of(model).open.flatMap((path) => {
    const mount = mountOf(mounts, path);
    return mount === undefined ? [] : [folderRequest(mount, path)];
  });
  const where = selection(model);
  const always = [mountsRequest, ...folders, ...wantedOfForm(model, mounts)];
  if (where === undefined || where.mount.version === 1) return always;
  const details = [metadataRequest(where)];
  if (isReadable(model, where)) details.push(subkeysRequest(where));
  return [...always, ...details];
}

/** Whether somebody else writes while the form is open. */
function wantedOfForm(model: Model, mounts: readonly SecretMount[]): readonly ApiRequest[] {
  const { form } = secretsState.of(model);
  const mount = mountOf(mounts, form?.path ?? '');
  if (form === undefined || mount === undefined) return [];
  const metadata = metadataRequest({ path: form.path, mount });
  const newest = newestOfForm(model);
  const isNewer = newest !== undefined && newerThanForm(model) !== undefined;
  return isNewer && isReadable(model, newest) ? [metadata, subkeysRequest(newest)] : [metadata];
}

/** Whether the version that is looked at has data. */
export function isReadable(model: Model, where: Selection): boolean {
  const version = metadataIn(model, where)?.versions.find(({ number }) => number === where.version);
  return version !== undefined && !version.isDestroyed && version.deletionTime === '';
}

/** The newest version of what the open form changes. */
export function newestOfForm(model: Model): Selection | undefined {
  const { form } = secretsState.of(model);
  const mount = mountOf(secretMounts(model.resources), form?.path ?? '');
  if (form === undefined || mount === undefined) return undefined;
  const version = metadataIn(model, { path: form.path, mount })?.current;
  return version === undefined ? undefined : { path: form.path, mount, version };
}

/** The newest version, if it is not the one that the open form is based on. */
export function newerThanForm(model: Model): number | undefined {
  const { form } = secretsState.of(model);
  const current = newestOfForm(model)?.version;
  return current === form?.cas ? undefined : current;
}
