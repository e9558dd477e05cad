import { assert } from '../../shared/assert.ts';
import { type CanonicalPath, withoutTrailingSlash } from '../../shared/path/canonical.ts';
import type { MountEntry } from './mount-entry.ts';

/** A mount and what of a path lies below it (`''` for the mount itself). */
export interface Mounted {
  readonly mount: MountEntry;
  readonly below: string;
}

/**
 * The mounts of a namespace at one moment. No mount lies within another, so at most one holds a
 * path, and it is found by trying the path's folders, shortest first.
 */
export class MountTable {
  readonly #byPath: ReadonlyMap<string, MountEntry>;

  constructor(entries: readonly MountEntry[]) {
    this.#byPath = new Map(entries.map((entry) => [entry.path, entry]));
    assert(this.#byPath.size === entries.length, 'every mount has a path of its own');
  }

  /** The mount that a request's path lies in. `secret` lies in `secret/`. */
  find(path: CanonicalPath): Mounted | undefined {
    const folder = `${withoutTrailingSlash(path)}/`;
    for (let end = folder.indexOf('/'); end >= 0; end = folder.indexOf('/', end + 1)) {
      const mount = this.#byPath.get(folder.slice(0, end + 1));
      if (mount !== undefined) return { mount, below: path.slice(end + 1) };
    }
    return undefined;
  }

  /** The mount at exactly this path, which has its trailing slash. */
  at(path: string): MountEntry | undefined {
    return this.#byPath.get(path);
  }

  /** A mount that the new path would lie in, or that would lie in it. */
  overlapping(path: string): MountEntry | undefined {
    return this.all().find((entry) => entry.path.startsWith(path) || path.startsWith(entry.path));
  }

  /** All mounts, ordered by path. */
  all(): readonly MountEntry[] {
    return [...this.#byPath.values()].toSorted((left, right) => (left.path < right.path ? -1 : 1));
  }
}
