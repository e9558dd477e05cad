/** Reads entries from the store's file: many keys with one statement, and pages in key order. */
import { assert } from '../../shared/assert.ts';
import { utf8Length } from '../../shared/encoding/utf8.ts';
import { rangeBytesMax } from '../../src/limits.ts';
import type {
  Entry,
  GetAnswer,
  GetRequest,
  GetResult,
  RangeOptions,
  Stamp,
} from '../../src/ports/store.ts';
import { getResult } from '../../src/store/apply.ts';
import { compareKeys, nameOfKey, prefixUpperBound } from '../../src/store/keys.ts';
import { KnownEntries } from '../../src/store/known-entries.ts';
import { knownEntriesBytesMax, knownEntriesMax, toldEntryBytesMax } from '../limits.ts';
import { readBatchKeysMax } from './limits.ts';
import { Packing } from './packing.ts';
import type { SqliteStatements } from './sqlite-file.ts';
import { readKinds } from './sqlite-schema.ts';

interface KeyRow {
  readonly [column: string]: number | string | Buffer | null;
  readonly position: number;
  readonly created: number;
  readonly modified: number;
  readonly version: number;
  readonly value: Buffer | null;
  readonly key: string | null;
}

/** JSON lists, all of one length. */
interface PageRow {
  readonly [column: string]: string;
  readonly keys: string;
  readonly created: string;
  readonly modified: string;
  readonly versions: string;
  readonly sizes: string;
}

type Wish =
  | { readonly kind: 'entry' | 'whole'; readonly key: string }
  | { readonly kind: 'lastBehind'; readonly key: string; readonly below: Uint8Array };

/** What a get is answered, but for when. */
type Found = Omit<GetAnswer, keyof Stamp>;

const noValue = new Uint8Array(0);

export class SqliteReader {
  readonly #statements: Pick<SqliteStatements, 'readKeys' | 'readPage'>;
  readonly #entries: KnownEntries;

  constructor(
    statements: Pick<SqliteStatements, 'readKeys' | 'readPage'>,
    knownMax: number = knownEntriesMax,
  ) {
    this.#statements = statements;
    this.#entries = new KnownEntries(knownMax, knownEntriesBytesMax);
  }

  /** The answers that need no look into the file; undefined if one of them does. */
  known(requests: readonly GetRequest[]): readonly GetResult[] | undefined {
    return this.#entries.answers(requests);
  }

  /**
   * Answers gets, in their order. What is read is known from then on, so it is read whole.
   *
   * Who reads one entry of a thing that has several will mostly want the last one next: the newest
   * version of a secret, behind its metadata. It lies on the same page, and costs a tenth of what
   * it would if it were asked for.
   */
  async get(gets: readonly (readonly GetRequest[])[]): Promise<Found[]> {
    const wishes = gets.map(wishesOf);
    const rows = await this.#rows(wishes.flat());
    let start = 0;
    return gets.map((requests, index) => {
      const own = rows.slice(start, start + (wishes[index]?.length ?? 0));
      start += own.length;
      const results = requests.map((request, position) => this.#result(request, own[position]));
      const beside = own.slice(requests.length).flatMap(entryBeside);
      for (const entry of beside) this.#entries.learn(entry.key, entry);
      return beside.length === 0 ? { results } : { results, beside };
    });
  }

  #result({ key, knownModRevision }: GetRequest, row: KeyRow | undefined): GetResult {
    const entry = row && entryOf(key, row);
    this.#entries.learn(key, entry);
    return getResult(entry, knownModRevision);
  }

  /** Takes over what a batch of commits has made of its keys, when it is in the file. */
  learn(written: ReadonlyMap<string, Entry | undefined>): void {
    for (const [key, entry] of written) this.#entries.learn(key, entry);
  }

  /**
   * Current entries of keys, for a transaction: those of `withValue` whole, the others perhaps
   * without their value. Absent ones are left out.
   */
  async entries(
    keys: ReadonlySet<string>,
    withValue: ReadonlySet<string>,
  ): Promise<ReadonlyMap<string, Entry>> {
    const entries = new Map<string, Entry>();
    const wishes: Wish[] = [];
    for (const key of keys) {
      const entry = this.#entries.entry(key);
      const kind = withValue.has(key) ? 'whole' : 'entry';
      if (entry !== undefined) entries.set(key, entry);
      else if (!this.#entries.has(key)) wishes.push({ kind, key });
    }
    const rows = await this.#rows(wishes);
    for (const [index, { key }] of wishes.entries()) {
      const row = rows[index];
      if (row !== undefined) entries.set(key, entryOf(key, row));
    }
    return entries;
  }

  /** One page of a range. */
  async range(
    prefix: string,
    options: RangeOptions,
  ): Promise<{ readonly entries: readonly Entry[]; readonly more: boolean }> {
    const from = lowerBound(prefix, options.after);
    const below = Buffer.from(prefixUpperBound(prefix));
    const limit = options.limit + 1;
    const [row] = await this.#statements.readPage.all<PageRow>(from, below, limit);
    assert(row !== undefined, 'lists are there, and be they empty');
    const found = entriesOf(row);
    const length = Math.min(found.length, options.limit);
    const page =
      options.keysOnly === true
        ? found.slice(0, length)
        : await this.#withValues(found, fittingEntries(numbersOf(row.sizes), found, length));
    return { entries: page, more: found.length > page.length };
  }

  /** The first entries of a page, whole. */
  async #withValues(found: readonly Entry[], length: number): Promise<readonly Entry[]> {
    const page = found.slice(0, length);
    const rows = await this.#rows(page.map(wishForEntry));
    return page.map((entry, index) => ({ ...entry, value: bytesOf(rows[index]?.value) }));
  }

  /** One row or undefined for each wish. */
  async #rows(wishes: readonly Wish[]): Promise<(KeyRow | undefined)[]> {
    const found = new Array<KeyRow | undefined>(wishes.length);
    for (let start = 0; start < wishes.length; start += readBatchKeysMax) {
      const packing = new Packing();
      const list = wishes
        .slice(start, start + readBatchKeysMax)
        .map((wish) => packWish(packing, wish));
      const parameters = [packing.blob(), JSON.stringify(list), toldEntryBytesMax] as const;
      for (const row of await this.#statements.readKeys.all<KeyRow>(...parameters)) {
        assert(row.position < list.length, 'a row belongs to a key that was asked for');
        found[start + row.position] = row;
      }
    }
    return found;
  }
}

function wishForEntry({ key }: { readonly key: string }): Wish {
  return { kind: 'whole', key };
}

/** One for each request, and perhaps one more. */
function wishesOf(requests: readonly GetRequest[]): Wish[] {
  const wishes = requests.map(wishForEntry);
  const [{ key } = { key: '' }] = requests;
  const name = requests.length === 1 ? nameOfKey(key) : undefined;
  if (name !== undefined) wishes.push({ kind: 'lastBehind', key, below: prefixUpperBound(name) });
  return wishes;
}

function packWish(packing: Packing, wish: Wish): readonly number[] {
  const packed = [readKinds[wish.kind], ...packing.addText(wish.key)];
  if (wish.kind === 'lastBehind') packed.push(...packing.add(wish.below));
  return packed;
}

function entryBeside(row: KeyRow | undefined): readonly Entry[] {
  return row?.key && row.value ? [entryOf(row.key, row)] : [];
}

function entryOf(key: string, { created, modified, version, value }: KeyRow): Entry {
  const bytes = bytesOf(value);
  return { key, value: bytes, createRevision: created, modRevision: modified, version };
}

function bytesOf(value: Buffer | null | undefined): Uint8Array {
  return value ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : noValue;
}

/** What a page has found, without values. */
function entriesOf(row: PageRow): Entry[] {
  const keys = JSON.parse(row.keys) as readonly string[];
  const created = numbersOf(row.created);
  const modified = numbersOf(row.modified);
  const versions = numbersOf(row.versions);
  return keys.map((key, index) => {
    const createRevision = numberAt(created, index);
    const modRevision = numberAt(modified, index);
    return { key, value: noValue, createRevision, modRevision, version: numberAt(versions, index) };
  });
}

function numbersOf(list: string): readonly number[] {
  return JSON.parse(list) as readonly number[];
}

function numberAt(numbers: readonly number[], index: number): number {
  const number = numbers[index];
  assert(number !== undefined, 'the lists of a page are of one length');
  return number;
}

/** The smallest key of a range. Behind a key comes the key with one more byte 0. */
function lowerBound(prefix: string, after: string | undefined): Buffer {
  if (after === undefined || compareKeys(after, prefix) < 0) return Buffer.from(prefix);
  return Buffer.concat([Buffer.from(after), Buffer.alloc(1)]);
}

/** How many entries fit in one page with their values: at least one. */
function fittingEntries(
  sizes: readonly number[],
  entries: readonly Entry[],
  length: number,
): number {
  let bytes = 0;
  for (const [index, { key }] of entries.slice(0, length).entries()) {
    bytes += utf8Length(key) + numberAt(sizes, index);
    if (index > 0 && bytes > rangeBytesMax) return index;
  }
  return length;
}
