/**
 * Secrets as a tree: engines at the roots, folders that were opened below them. The tree is drawn
 * from the lists that were read; a folder that was not opened is not asked about.
 */
import type { JsonObject } from '../../../shared/json/value.ts';
import type { ControlProblem } from '../../client/control-problem.ts';
import { objectIn, textIn, textsIn } from '../../client/members.ts';
import type { ApiRequest } from './api.ts';
import { secretEntriesMax } from './limits.ts';
import { type Resources, resourceOf } from './resources.ts';

export interface SecretMount {
  /** With its slash. */
  readonly path: string;
  readonly version: 1 | 2;
}

/** A row of the tree. Folders end in a slash. */
export interface TreeRow {
  /** Whole path: mount, folders, name. */
  readonly path: string;
  /** The last part of it. */
  readonly name: string;
  readonly depth: number;
  readonly kind: 'mount' | 'folder' | 'secret';
  readonly isOpen: boolean;
  /** Why an open folder shows nothing. */
  readonly problem: ControlProblem | undefined;
}

export const mountsRequest: ApiRequest = {
  operation: 'read',
  path: 'sys/internal/ui/mounts',
};

/** The key-value engines that the token may know of. */
export function secretMounts(resources: Resources): readonly SecretMount[] {
  const { data } = resourceOf(resources, mountsRequest);
  if (data === undefined) return [];
  const mounts = objectIn(data, 'secret');
  return Object.keys(mounts)
    .filter((path) => textIn(objectIn(mounts, path), 'type') === 'kv')
    .toSorted()
    .map((path) => ({ path, version: versionOf(objectIn(mounts, path)) }));
}

function versionOf(mount: JsonObject): 1 | 2 {
  return textIn(objectIn(mount, 'options'), 'version') === '2' ? 2 : 1;
}

/** The mount that a path lies in: the longest one. */
export function mountOf(mounts: readonly SecretMount[], path: string): SecretMount | undefined {
  return mounts
    .filter((mount) => path.startsWith(mount.path))
    .toSorted((left, right) => right.path.length - left.path.length)[0];
}

/** API path of a secret or folder: version 2 has a segment behind the mount. */
export function secretPath(
  mount: SecretMount,
  part: 'data' | 'metadata' | 'subkeys' | 'delete' | 'undelete' | 'destroy',
  path: string,
): string {
  const inside = path.slice(mount.path.length);
  return mount.version === 2 ? `${mount.path}${part}/${inside}` : mount.path + inside;
}

export function folderRequest(mount: SecretMount, path: string): ApiRequest {
  return { operation: 'list', path: secretPath(mount, 'metadata', path) };
}

/** All rows of the tree, from the top. */
export function treeRows(resources: Resources, open: readonly string[]): readonly TreeRow[] {
  const opened = new Set(open);
  const mounts = secretMounts(resources);
  const rows: TreeRow[] = [];
  const addBelow = (mount: SecretMount, folder: string, depth: number): void => {
    const { data } = resourceOf(resources, folderRequest(mount, folder));
    for (const name of data === undefined ? [] : textsIn(data, 'keys')) {
      if (rows.length >= secretEntriesMax) return;
      add(mount, { path: folder + name, name, depth });
    }
  };
  const add = (mount: SecretMount, row: Pick<TreeRow, 'path' | 'name' | 'depth'>): void => {
    const { path, depth } = row;
    const isFolder = path.endsWith('/');
    const isOpen = isFolder && opened.has(path);
    const kind = depth === 0 ? 'mount' : isFolder ? 'folder' : 'secret';
    const { problem } = isOpen
      ? resourceOf(resources, folderRequest(mount, path))
      : { problem: undefined };
    rows.push({ ...row, kind, isOpen, problem });
    if (isOpen) addBelow(mount, path, depth + 1);
  };
  for (const mount of mounts) add(mount, { path: mount.path, name: mount.path, depth: 0 });
  return rows;
}

/** The folders that lead to a path, and the path itself if it is one. */
export function foldersTo(path: string): readonly string[] {
  return Array.from(path.matchAll(/\//g), ({ index }) => path.slice(0, index + 1));
}
