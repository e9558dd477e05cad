/**
 * What is mostly at hand, and sometimes has to be waited for: a value or its promise. Each promise
 * that a request does without saves it 0.3 µs, and a request that is served from memory would meet
 * two dozen of them.
 *
 * A failure is always a rejected promise, whenever it happens: several of these may be waited for
 * together, and where one of them threw, nobody would hear of what the others are rejected with.
 */
import type { GetAnswer, GetRequest, Store } from '../ports/store.ts';

export type MaybeSoon<Value> = Value | Promise<Value>;

/** Goes on with a value: at once if it is there. */
export function whenThere<Value, Next>(
  value: MaybeSoon<Value>,
  next: (value: Value) => MaybeSoon<Next>,
): MaybeSoon<Next> {
  return value instanceof Promise ? value.then(next) : atOnce(next, value);
}

/** Begins with what needs no waiting. */
export function atOnce<Value, Next>(
  next: (value: Value) => MaybeSoon<Next>,
  value: Value,
): MaybeSoon<Next> {
  try {
    return next(value);
  } catch (error) {
    return rejected(error);
  }
}

/** Reads from a store, at once where it can. */
export function getSoon(store: Store, requests: readonly GetRequest[]): MaybeSoon<GetAnswer> {
  return atOnce((asked) => store.getNow?.(asked) ?? store.get(asked), requests);
}

async function rejected(error: unknown): Promise<never> {
  throw error;
}
