/** A view of the entries under one prefix, inside an attempt. See src/store/view.ts. */
import { assert } from '../../shared/assert.ts';
import type { Entry, RangeAnswer, RangeOptions } from '../ports/store.ts';
import { atOnce, type MaybeSoon } from './at-once.ts';
import type { Decode, DecodedValue, WrittenForm } from './decoded-values.ts';
import { checkKey, compareKeys } from './keys.ts';
import { type PendingWrite, pendingValue, type Sealing } from './pending-write.ts';
import type { StoredValue, View, ViewPage, ViewRangeOptions } from './view.ts';

/** What a view needs of its attempt. Keys are full keys. */
export interface ViewBase {
  readOne(key: string, sealing: Sealing): MaybeSoon<StoredValue | undefined>;
  read(keys: readonly string[], sealing: Sealing): Promise<(StoredValue | undefined)[]>;
  readDecoded<Form extends object>(
    key: string,
    sealing: string,
    decode: Decode<Form>,
  ): MaybeSoon<DecodedValue<Form> | undefined>;
  readRange(prefix: string, options: RangeOptions): Promise<RangeAnswer>;
  open(entry: Entry, sealing: Sealing): StoredValue;
  writesUnder(prefix: string): readonly (readonly [string, PendingWrite])[];
  hasWrite(key: string): boolean;
  write(key: string, write: PendingWrite): void;
}

/** Keys are relative. */
interface Found {
  readonly key: string;
  readonly stored: StoredValue;
}

export class PrefixView implements View {
  readonly #attempt: ViewBase;
  readonly #prefix: string;
  readonly #sealing: Sealing;

  constructor(attempt: ViewBase, prefix: string, sealing: Sealing) {
    this.#attempt = attempt;
    this.#prefix = prefix;
    this.#sealing = sealing;
  }

  get(key: string): MaybeSoon<StoredValue | undefined> {
    return atOnce((full) => this.#attempt.readOne(full, this.#sealing), this.#prefix + key);
  }

  getMany(keys: readonly string[]): Promise<readonly (StoredValue | undefined)[]> {
    return this.#attempt.read(
      keys.map((key) => this.#prefix + key),
      this.#sealing,
    );
  }

  getDecoded<Form extends object>(
    key: string,
    decode: Decode<Form>,
  ): MaybeSoon<DecodedValue<Form> | undefined> {
    const sealing = this.#sealing;
    assert(sealing !== undefined, 'only what is sealed has to be opened');
    const full = this.#prefix + key;
    return atOnce((form) => this.#attempt.readDecoded(full, sealing, form), decode);
  }

  /**
   * Merges pages of the store with the attempt's own writes. Entries that it has written are left
   * out of the store's pages, so a page can come back short: more is read until it is full.
   */
  async range(prefix: string, options: ViewRangeOptions): Promise<ViewPage> {
    assert(options.limit >= 1, 'a page has a positive limit');
    const full = this.#prefix + prefix;
    const after = options.after === undefined ? undefined : this.#prefix + options.after;
    const found: Found[] = [];
    let page: RangeAnswer | undefined;
    let cursor = after;
    while (page === undefined || (page.more && found.length < options.limit)) {
      page = await this.#attempt.readRange(full, pageOptions(options, cursor));
      cursor = page.entries.at(-1)?.key ?? cursor;
      found.push(...this.#openPage(page, options.keysOnly === true));
    }
    // What the store has not shown yet may lie before an own entry beyond the last one shown.
    const own = this.#ownEntries(full, after, page.more ? cursor : undefined);
    const merged =
      own.length === 0 ? found : [...found, ...own].toSorted((a, b) => compareKeys(a.key, b.key));
    const entries = merged.slice(0, options.limit);
    return { entries, more: page.more || merged.length > entries.length };
  }

  put(key: string, value: Uint8Array, written?: WrittenForm): void {
    const write = { sealing: this.#sealing, value };
    this.#attempt.write(this.#prefix + key, written === undefined ? write : { ...write, written });
  }

  delete(key: string): void {
    this.#attempt.write(this.#prefix + key, { sealing: this.#sealing, value: undefined });
  }

  child(prefix: string): View {
    checkKey(this.#prefix + prefix);
    return new PrefixView(this.#attempt, this.#prefix + prefix, this.#sealing);
  }

  #openPage({ entries }: RangeAnswer, keysOnly: boolean): Found[] {
    const start = this.#prefix.length;
    return entries
      .filter(({ key }) => !this.#attempt.hasWrite(key))
      .map((entry) => ({
        key: entry.key.slice(start),
        stored: keysOnly ? entry : this.#attempt.open(entry, this.#sealing),
      }));
  }

  /** Own puts under a prefix, behind `after` and up to `last`. */
  #ownEntries(prefix: string, after: string | undefined, last: string | undefined): Found[] {
    const own: Found[] = [];
    for (const [key, write] of this.#attempt.writesUnder(prefix)) {
      const stored = pendingValue(write);
      if (stored === undefined) continue;
      if (after !== undefined && compareKeys(key, after) <= 0) continue;
      if (last !== undefined && compareKeys(key, last) > 0) continue;
      own.push({ key: key.slice(this.#prefix.length), stored });
    }
    return own;
  }
}

function pageOptions(options: ViewRangeOptions, after: string | undefined): RangeOptions {
  const { limit, keysOnly = false } = options;
  return after === undefined ? { limit, keysOnly } : { limit, keysOnly, after };
}
