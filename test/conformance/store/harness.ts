/** Small words for the tests of the store contract. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ErrorCode } from '../../../shared/errors/registry.ts';
import { isFailure } from '../../../shared/errors/failure.ts';
import type { Operation, Store, WatchEvent } from '../../../src/ports/store.ts';
import type { StoreFactory, StoreFactoryOptions, StoreUnderTest } from './suite.ts';

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = (value: Uint8Array): string => new TextDecoder().decode(value);

export const put = (key: string, value: string | Uint8Array = ''): Operation => {
  return { kind: 'put', key, value: typeof value === 'string' ? bytes(value) : value };
};
export const remove = (key: string): Operation => ({ kind: 'delete', key });
export const read = (key: string): Operation => ({ kind: 'get', key });

/** Commits operations without a condition; returns the revision. */
export async function write(store: Store, ...then: readonly Operation[]): Promise<number> {
  return (await store.commit({ compare: [], then, else: [] })).revision;
}

export async function keysUnder(store: Store, prefix: string): Promise<string[]> {
  const { entries } = await store.range(prefix, { limit: 1_000, keysOnly: true });
  return entries.map(({ key }) => key);
}

/** The next event of a watch, which must come. */
export async function nextEvent(watch: AsyncIterator<WatchEvent>): Promise<WatchEvent> {
  const next = await watch.next();
  assert.ok(next.done !== true, 'the watch goes on');
  return next.value;
}

export function watchFrom(
  store: Store,
  prefix: string,
  fromRevision: number,
): AsyncIterator<WatchEvent> {
  return store.watch(prefix, fromRevision)[Symbol.asyncIterator]();
}

export function rejectsWith(promise: Promise<unknown>, code: ErrorCode): Promise<void> {
  return assert.rejects(promise, (error) => {
    assert.ok(isFailure(error, code), `expected ${code}, got ${String(error)}`);
    return true;
  });
}

/** An event that never comes fails its test instead of holding it up for ever. */
export const watchdogMs = 30_000;

/** Registers tests that each get a new store, which is disposed of behind them. */
export function caseMaker(name: string, makeStore: StoreFactory) {
  return (
    sentence: string,
    body: (under: StoreUnderTest) => Promise<void>,
    options?: StoreFactoryOptions,
  ): void => {
    void test(`${name}: ${sentence}`, { timeout: watchdogMs }, async () => {
      const under = await makeStore(options);
      try {
        await body(under);
      } finally {
        await under.dispose();
      }
    });
  };
}
