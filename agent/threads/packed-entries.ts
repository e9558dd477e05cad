/**
 * Entries as they cross between threads in large numbers. A clone of an entry costs 5 µs, nearly
 * all of it for the objects that it is made of; so their numbers go in one array, their values in
 * one piece of memory, and entries are made of them on the other side.
 */
import { assert } from '../../shared/assert.ts';
import type { Entry } from '../../src/ports/store.ts';

export interface PackedEntries {
  readonly keys: readonly string[];
  /** Four for each key: created at, changed at, version, bytes of the value. */
  readonly facts: Float64Array<ArrayBuffer>;
  /** One value behind the other. */
  readonly values: Uint8Array<ArrayBuffer>;
}

const factsOfEntry = 4;
const noValue = new Uint8Array(0);

/** Both arrays have memory of their own, which may be transferred. */
export function packEntries(entries: readonly Entry[]): PackedEntries {
  const facts = new Float64Array(entries.length * factsOfEntry);
  let at = 0;
  let bytes = 0;
  for (const { value, createRevision, modRevision, version } of entries) {
    facts[at] = createRevision;
    facts[at + 1] = modRevision;
    facts[at + 2] = version;
    facts[at + 3] = value.length;
    at += factsOfEntry;
    bytes += value.length;
  }
  return { keys: entries.map(({ key }) => key), facts, values: packValues(entries, bytes) };
}

function packValues(entries: readonly Entry[], bytes: number): Uint8Array<ArrayBuffer> {
  const values = new Uint8Array(bytes);
  if (bytes === 0) return values;
  let at = 0;
  for (const { value } of entries) {
    values.set(value, at);
    at += value.length;
  }
  return values;
}

/** The entries again; their values share the memory of all. */
export function unpackEntries({ keys, facts, values }: PackedEntries): Entry[] {
  assert(facts.length === keys.length * factsOfEntry, 'each key has its facts');
  let valueAt = 0;
  return keys.map((key, index) => {
    const at = index * factsOfEntry;
    const bytes = facts[at + 3] ?? 0;
    const value = bytes === 0 ? noValue : values.subarray(valueAt, valueAt + bytes);
    valueAt += bytes;
    return {
      key,
      value,
      createRevision: facts[at] ?? 0,
      modRevision: facts[at + 1] ?? 0,
      version: facts[at + 2] ?? 0,
    };
  });
}
