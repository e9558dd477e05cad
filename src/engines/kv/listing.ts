import { assert } from '../../../shared/assert.ts';
import { utf8Encode } from '../../../shared/encoding/utf8.ts';
import { failure } from '../../../shared/errors/failure.ts';
import { pathBytesMax } from '../../../shared/limits.ts';
import { kvListNamesMax, kvListPageEntriesMin, rangeEntriesMax } from '../../limits.ts';
import type { View } from '../../store/view.ts';
import { afterFolder, afterSecret, pathOfKey } from './keys.ts';

/**
 * LIST and SCAN over the key layout of keys.ts. A walk reads pages of keys and, between pages,
 * jumps over what is left of the last name (its versions, or its whole sub-folder). So the cost of
 * a LIST depends on the names it returns, not on what lies below them.
 */

export interface ListRequest {
  /** Path of the folder, with or without its slash; empty for the root of the mount. */
  readonly folder: string;
  /** Name after which the list begins, as a client sent it. */
  readonly after: string | undefined;
  /** Largest number of names; undefined, 0 or less means all of them. */
  readonly limit: number | undefined;
  /** More names than this are refused instead of cut off; at most `kvListNamesMax`. */
  readonly namesMax?: number;
}

/** How a walk turns keys into names, and where it goes on behind a name. */
interface Walk {
  readonly nameOf: (path: string) => string;
  readonly behind: (name: string) => string;
}

/** Names directly in a folder, in byte order; folders end in `/`. Throws `kv.list-too-long`. */
export function listNames(view: View, request: ListRequest): Promise<string[]> {
  return walk(view, request, { nameOf: firstSegment, behind: behindName });
}

/** Paths of all secrets below a folder, relative to it. Throws `kv.list-too-long`. */
export function scanNames(view: View, request: ListRequest): Promise<string[]> {
  return walk(view, request, { nameOf: (path) => path, behind: afterSecret });
}

/**
 * Each page begins behind the last name and so brings at least one new one, or ends the walk: the
 * number of pages is bounded by the number of names.
 */
async function walk(view: View, request: ListRequest, steps: Walk): Promise<string[]> {
  const prefix = folderPrefix(request.folder);
  const collected = new Names(request);
  let last = steps.nameOf(checkedAfter(prefix, request.after));
  let pageEntries = firstPageEntries(request.limit);
  for (;;) {
    const after = prefix + steps.behind(last);
    const page = await view.range(prefix, { after, limit: pageEntries, keysOnly: true });
    const countBefore = collected.names.length;
    for (const { key } of page.entries) {
      const name = steps.nameOf(pathOfKey(key.slice(prefix.length)));
      if (name !== last) collected.add(name);
      if (collected.isFull) return collected.names;
      last = name;
    }
    if (!page.more) return collected.names;
    const newNames = collected.names.length - countBefore;
    assert(newNames > 0, 'each page of a walk brings a name');
    pageEntries = nextPageEntries(pageEntries, newNames);
  }
}

/** The names of one answer and what bounds them. */
class Names {
  readonly names: string[] = [];
  readonly #limit: number;
  readonly #namesMax: number;

  constructor({ limit, namesMax }: ListRequest) {
    this.#limit = limit !== undefined && limit > 0 ? limit : Number.POSITIVE_INFINITY;
    this.#namesMax = namesMax ?? kvListNamesMax;
  }

  /** Whether there are as many as were asked for. */
  get isFull(): boolean {
    return this.names.length === this.#limit;
  }

  add(name: string): void {
    if (this.names.length >= this.#namesMax) {
      throw failure('kv.list-too-long', { namesMax: this.#namesMax });
    }
    this.names.push(name);
  }
}

/** Room for so many secrets of one version each: two entries. */
function firstPageEntries(limit: number | undefined): number {
  const entries = limit !== undefined && limit > 0 ? 2 * limit : 0;
  return Math.min(Math.max(entries, kvListPageEntriesMin), rangeEntriesMax);
}

/** Pages grow while they bring names, and shrink to the least where a jump follows anyway. */
function nextPageEntries(entries: number, newNames: number): number {
  const fruitful = newNames * 16 >= entries;
  return fruitful ? Math.min(entries * 4, rangeEntriesMax) : kvListPageEntriesMin;
}

function folderPrefix(folder: string): string {
  return folder === '' || folder.endsWith('/') ? folder : `${folder}/`;
}

/** The first segment of a path; with its slash if there are more. */
function firstSegment(path: string): string {
  const slash = path.indexOf('/');
  return slash < 0 ? path : path.slice(0, slash + 1);
}

function behindName(name: string): string {
  return name.endsWith('/') ? afterFolder(name.slice(0, -1)) : afterSecret(name);
}

function checkedAfter(prefix: string, after = ''): string {
  const fits = utf8Encode(prefix + after).length <= pathBytesMax;
  const valid = fits && after.isWellFormed() && !after.includes('\u0000');
  if (valid) return after;
  throw failure('request.field-invalid', { field: 'after', expected: 'a name of the list' });
}
