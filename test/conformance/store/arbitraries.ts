/** Random transactions and reads over a few keys, so that they meet each other. */
import fc from 'fast-check';
import type { Operation, RangeOptions, Transaction } from '../../../src/ports/store.ts';

/** Keys that are hard: shared prefixes, NUL, built-in names, both sides of the surrogates. */
export const keys = [
  'a',
  'a/',
  'a/b',
  'a/b\0m',
  'a/b\0v0000000001',
  'a/b/c',
  'ab',
  '__proto__',
  'constructor',
  'é',
  '\uD7FF',
  '\uE000',
  '\uFFFD',
  '\u{10000}',
  '\u{1F511}',
  '\u{10FFFD}',
];

export const key = fc.constantFrom(...keys);

/** Latin-1 of every byte, empty included. */
const value = fc.uint8Array({ maxLength: 6 }).map((bytes) => new Uint8Array(bytes));

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('put' as const), key, value }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), key }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('get' as const), key }) },
);

const operations = fc.array(operation, { maxLength: 4 });

/** Compares hold about half of the time; `current` is the revision as the runner knows it. */
export interface TransactionPlan {
  readonly compare: readonly { readonly key: string; readonly revision: 'current' | number }[];
  readonly then: readonly Operation[];
  readonly else: readonly Operation[];
  readonly note: Uint8Array | undefined;
}

const compare = fc.record({
  key,
  revision: fc.oneof(
    { weight: 3, arbitrary: fc.constant('current' as const) },
    { weight: 1, arbitrary: fc.nat({ max: 20 }) },
  ),
});

export const transactionPlan: fc.Arbitrary<TransactionPlan> = fc.record({
  compare: fc.array(compare, { maxLength: 2 }),
  then: operations,
  else: operations,
  note: fc.option(
    fc.uint8Array({ maxLength: 64 }).map((bytes) => new Uint8Array(bytes)),
    {
      nil: undefined,
    },
  ),
});

/** The transaction of a plan, by the revisions that entries have at the moment. */
export function planned(
  plan: TransactionPlan,
  modRevisionOf: (key: string) => number,
): Transaction {
  const compares = plan.compare.map(({ key: name, revision }) => {
    return { key: name, modRevision: revision === 'current' ? modRevisionOf(name) : revision };
  });
  const { then, else: otherwise, note } = plan;
  return { compare: compares, then, else: otherwise, ...(note === undefined ? {} : { note }) };
}

export interface RangePlan {
  readonly prefix: string;
  readonly options: RangeOptions;
}

export const rangePlan: fc.Arbitrary<RangePlan> = fc
  .record({
    prefix: fc.constantFrom('', 'a', 'a/', 'a/b', 'a/b\0', '\uD7FF', '\u{1F511}', 'none'),
    after: fc.option(
      fc.oneof(key, fc.constantFrom('', 'a/b\u{10FFFF}', 'a\u{10FFFF}', '\u{10FFFF}')),
      { nil: undefined },
    ),
    limit: fc.integer({ min: 1, max: 6 }),
    keysOnly: fc.boolean(),
  })
  .map(({ prefix, after, limit, keysOnly }) => {
    const options = { limit, keysOnly };
    return { prefix, options: after === undefined ? options : { ...options, after } };
  });

export interface GetPlan {
  readonly key: string;
  /** Whether the reader says that it knows the entry, as it is or as it was. */
  readonly known: 'no' | 'current' | 'stale';
}

export const getPlan: fc.Arbitrary<readonly GetPlan[]> = fc.array(
  fc.record({ key, known: fc.constantFrom('no' as const, 'current' as const, 'stale' as const) }),
  { maxLength: 5 },
);
