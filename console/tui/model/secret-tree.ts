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

/** The secret that is selected, and where it lies. */
export interface Selection {
  readonly path: string;
  readonly mount: SecretMount;
  /** 0 for an engine without versions. */
  readonly version: number;
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

export interface SecretTree {
  readonly rows: readonly TreeRow[];
  /** How many the filter hides. */
  readonly hiddenCount: number;
  /** How many follow the last one: a tree has an end, and says so. */
  readonly furtherCount: number;
}

export interface TreeWishes {
  /** Folders that are unfolded. */
  readonly open: readonly string[];
  /** A path that was asked for by name: it is a row even where the list is denied. */
  readonly named: string | undefined;
  /** The filter, which sees every name. Open folders stay: what is shown hangs somewhere. */
  readonly isShown: (path: string) => boolean;
}

/** The rows of the tree, from the top. */
export function secretTree(resources: Resources, { open, named, isShown }: TreeWishes): SecretTree {
  const opened = new Set(open);
  const rows: TreeRow[] = [];
  let hiddenCount = 0;
  let furtherCount = 0;
  const add = (mount: SecretMount, row: Pick<TreeRow, 'path' | 'name' | 'depth'>): void => {
    const { path, depth } = row;
    const isFolder = path.endsWith('/');
    const isOpen = isFolder && opened.has(path);
    if (!isOpen && !isShown(path)) hiddenCount += 1;
    else if (rows.length >= secretEntriesMax) furtherCount += 1;
    else {
      const kind = depth === 0 ? 'mount' : isFolder ? 'folder' : 'secret';
      const list = isOpen ? resourceOf(resources, folderRequest(mount, path)) : undefined;
      rows.push({ ...row, kind, isOpen, problem: list?.problem });
      for (const name of isOpen ? namesBelow(list?.data, path, named) : []) {
        add(mount, { path: path + name, name, depth: depth + 1 });
      }
    }
  };
  for (const mount of secretMounts(resources)) {
    add(mount, { path: mount.path, name: mount.path, depth: 0 });
  }
  return { rows, hiddenCount, furtherCount };
}

/** What a folder lists, and the way to the named path through it. */
function namesBelow(
  list: JsonObject | undefined,
  folder: string,
  named: string | undefined,
): readonly string[] {
  const listed = list === undefined ? [] : textsIn(list, 'keys');
  if (named === undefined || named === folder || !named.startsWith(folder)) return listed;
  const [next = ''] = /^[^/]*\/?/.exec(named.slice(folder.length)) ?? [];
  return next === '' || listed.includes(next) ? listed : [...listed, next];
}

/** The folders that lead to a path, and the path itself if it is one. */
export function foldersTo(path: string): readonly string[] {
  return Array.from(path.matchAll(/\//g), ({ index }) => path.slice(0, index + 1));
}
