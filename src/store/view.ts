import type { Stamp } from '../ports/store.ts';
import type { MaybeSoon } from './at-once.ts';
import type { Decode, DecodedValue, WrittenForm } from './decoded-values.ts';

/**
 * A value read through a view, already opened by the barrier. An own write that is not committed
 * yet has modification revision 0 and version 0.
 */
export interface StoredValue {
  readonly value: Uint8Array;
  readonly modRevision: number;
  readonly version: number;
}

export interface ViewPage {
  /** Keys relative to the view, in byte order, with values unless `keysOnly`. */
  readonly entries: readonly { readonly key: string; readonly stored: StoredValue }[];
  /**
   * Whether there are entries after the last one; a page of large values may be short. It may be
   * true in vain where the attempt itself deleted what was left.
   */
  readonly more: boolean;
}

export interface ViewRangeOptions {
  /** Only keys greater than this one, relative to the view. */
  readonly after?: string;
  /** 1 to `rangeEntriesMax`. */
  readonly limit: number;
  readonly keysOnly?: boolean;
}

/**
 * What an engine, an auth method or a service of the core sees of the store: the entries under one
 * prefix, with sealed values, inside one attempt of a transaction. Keys are relative to the prefix;
 * no other key can be named.
 *
 * Reads of single keys are recorded and compared at commit, so check-and-act is one step; a page of
 * a range is not (read the keys that matter with `get` before acting on them). Reads see the
 * attempt's own writes. Writes are buffered until the attempt returns; a value passed in must not
 * be modified until then, one handed out never.
 */
export interface View {
  get(key: string): MaybeSoon<StoredValue | undefined>;
  getMany(keys: readonly string[]): Promise<readonly (StoredValue | undefined)[]>;
  /**
   * One entry in the form of `decode` (always the same function for one kind of entry), which is
   * kept in memory until the entry changes or the barrier is sealed. For what most requests read
   * again and what is no secret itself; not for entries that are stored in clear.
   */
  getDecoded<Form extends object>(
    key: string,
    decode: Decode<Form>,
  ): MaybeSoon<DecodedValue<Form> | undefined>;
  range(prefix: string, options: ViewRangeOptions): Promise<ViewPage>;
  /** `written`: its form, for those who read it with `getDecoded` once it is committed. */
  put(key: string, value: Uint8Array, written?: WrittenForm): void;
  delete(key: string): void;
  /** The view of a sub-tree; `prefix` is put in front of every key. */
  child(prefix: string): View;
}

/** One run of a transaction's function. It may run several times: keep effects out of it. */
export interface Attempt extends Stamp {
  /** The entries under `prefix` (a full store prefix), sealed by the keyring of `namespace`. */
  view(prefix: string, namespace: string): View;
  /** The same for the few entries that are stored in clear (core/…, node/…). */
  clearView(prefix: string): View;
}
