/** Reads entries from the store's file: many keys with one statement, and pages in key order. */
import { assert } from '../../shared/assert.ts';
import { rangeBytesMax } from '../../src/limits.ts';
import type { Entry, GetRequest, GetResult, RangeOptions } from '../../src/ports/store.ts';
import { getResult } from '../../src/store/apply.ts';
import { compareKeys, prefixUpperBound } from '../../src/store/keys.ts';
import { KnownEntries } from '../../src/store/known-entries.ts';
import { knownEntriesBytesMax, knownEntriesMax, readBatchKeysMax } from '../limits.ts';
import { Packing } from './packing.ts';
import type { SqliteStatements } from './sqlite-file.ts';

interface KeyRow {
  readonly [column: string]: number | Buffer | null;
  readonly position: number;
  readonly created: number;
  readonly modified: number;
  readonly version: number;
  readonly value: Buffer | null;
}

interface PageRow {
  readonly [column: string]: number | Buffer;
  readonly key: Buffer;
  readonly created: number;
  readonly modified: number;
  readonly version: number;
  readonly bytes: number;
}

/** A key, and whether the value is wanted. */
interface Wish {
  readonly key: string;
  readonly value: boolean;
}

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

  /** Answers requests, in their order. What is read is known from then on, so it is read whole. */
  async get(requests: readonly GetRequest[]): Promise<GetResult[]> {
    const rows = await this.#rows(requests.map(({ key }) => wishForValue(key)));
    return requests.map(({ key, knownModRevision }, index) => {
      const row = rows[index];
      const entry = row && entryOf(key, row, row.value ?? noValue);
      this.#entries.learn(key, entry);
      return getResult(entry, knownModRevision);
    });
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
      if (entry !== undefined) entries.set(key, entry);
      else if (!this.#entries.has(key)) wishes.push({ key, value: withValue.has(key) });
    }
    const rows = await this.#rows(wishes);
    for (const [index, { key }] of wishes.entries()) {
      const row = rows[index];
      if (row !== undefined) entries.set(key, entryOf(key, row, row.value ?? noValue));
    }
    return entries;
  }

  /** One page of a range. */
  async range(
    prefix: string,
    options: RangeOptions,
  ): Promise<{ readonly entries: readonly Entry[]; readonly more: boolean }> {
    const keysOnly = options.keysOnly === true;
    const from = lowerBound(prefix, options.after);
    const below = Buffer.from(prefixUpperBound(prefix));
    const limit = options.limit + 1;
    const rows = await this.#statements.readPage.all<PageRow>(from, below, limit);
    const page = rows.slice(0, fittingRows(rows, options.limit, keysOnly));
    const keys = page.map((row) => row.key.toString());
    const values = keysOnly ? [] : await this.#rows(keys.map(wishForValue));
    const entries = page.map((row, index) =>
      entryOf(keys[index] ?? '', row, values[index]?.value ?? noValue),
    );
    return { entries, more: rows.length > page.length };
  }

  /** One row or undefined for each wish. */
  async #rows(wishes: readonly Wish[]): Promise<(KeyRow | undefined)[]> {
    const found = new Array<KeyRow | undefined>(wishes.length);
    for (let start = 0; start < wishes.length; start += readBatchKeysMax) {
      const packing = new Packing();
      const list = wishes
        .slice(start, start + readBatchKeysMax)
        .map(({ key, value }) => [...packing.addText(key), value ? 1 : 0]);
      const parameters = [packing.blob(), JSON.stringify(list)] as const;
      for (const row of await this.#statements.readKeys.all<KeyRow>(...parameters)) {
        assert(row.position < list.length, 'a row belongs to a key that was asked for');
        found[start + row.position] = row;
      }
    }
    return found;
  }
}

function wishForValue(key: string): Wish {
  return { key, value: true };
}

function entryOf(
  key: string,
  row: { readonly created: number; readonly modified: number; readonly version: number },
  value: Uint8Array,
): Entry {
  const { created, modified, version } = row;
  const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return { key, value: bytes, createRevision: created, modRevision: modified, version };
}

/** The smallest key of a range. Behind a key comes the key with one more byte 0. */
function lowerBound(prefix: string, after: string | undefined): Buffer {
  if (after === undefined || compareKeys(after, prefix) < 0) return Buffer.from(prefix);
  return Buffer.concat([Buffer.from(after), Buffer.alloc(1)]);
}

/** How many rows fit in one page: at least one. */
function fittingRows(rows: readonly PageRow[], limit: number, keysOnly: boolean): number {
  let bytes = 0;
  for (const [index, row] of rows.slice(0, limit).entries()) {
    bytes += row.key.length + (keysOnly ? 0 : row.bytes);
    if (index > 0 && bytes > rangeBytesMax) return index;
  }
  return Math.min(rows.length, limit);
}
