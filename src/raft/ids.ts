/** Sets of node ids as sorted lists: small, immutable, and always visited in the same order. */
import type { NodeId } from './types.ts';

type Ids = readonly NodeId[];

/** The list with the id in it. */
export function withId(ids: Ids, id: NodeId): Ids {
  return ids.includes(id) ? ids : [...ids, id].sort((left, right) => left - right);
}

/** The list without the id. */
export function withoutId(ids: Ids, id: NodeId): Ids {
  return ids.includes(id) ? ids.filter((other) => other !== id) : ids;
}

/** All ids of the lists, each once. */
export function union(...lists: readonly Ids[]): Ids {
  return [...new Set(lists.flat())].sort((left, right) => left - right);
}

/** How many ids are in one list only. */
export function differenceCount(left: Ids, right: Ids): number {
  const onlyIn = (ids: Ids, others: Ids): number => ids.filter((id) => !others.includes(id)).length;
  return onlyIn(left, right) + onlyIn(right, left);
}
