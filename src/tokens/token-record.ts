/**
 * What is stored of a service token, under the keyed hash of the token, which is nowhere stored
 * itself:
 *
 * | key below `ns/<namespace>/` | value |
 * | --- | --- |
 * | `tokens/<id>` | the record |
 * | `accessors/<accessor>` | the id |
 * | `children/<parent id>/<id>` | empty |
 * | `due/<deadline, fixed width>/token/<id>` | empty: the expiry order |
 *
 * The four are written and deleted together. A token is good while its record is there, active and
 * before its deadline, and the same holds for each of its ancestors: so a revocation that has
 * removed one record has ended the whole tree below it, however long the cleaning takes.
 */
export interface TokenRecord {
  readonly format: 1;
  /**
   * - `active`.
   * - `spent`: its last use was taken; a revocation is under way.
   * - `released`: revoked, but its children live on as orphans (revoke-orphan); goes once they
   *   know.
   */
  readonly state: 'active' | 'spent' | 'released';
  readonly accessor: string;
  /** Id of the parent; empty for an orphan. */
  readonly parent: string;
  /** Ancestors at the time it was made. */
  readonly depth: number;
  readonly policies: readonly string[];
  /** Path of the request that made it, as in `auth/token/create`. */
  readonly path: string;
  readonly displayName: string;
  readonly meta: Readonly<Record<string, string>> | null;
  readonly entityId: string;
  readonly role: string;
  /** Requests it is still good for; 0 means no limit. */
  readonly usesLeft: number;
  /** Life it was made with. */
  readonly ttlSeconds: number;
  readonly explicitMaxTtlSeconds: number;
  readonly periodSeconds: number;
  readonly renewable: boolean;
  readonly createdMs: number;
  /** Last renewal; 0 if there was none. */
  readonly renewedMs: number;
  /** Deadline in cluster time; null only for a root token that lives until it is revoked. */
  readonly expiresMs: number | null;
}

/** A token of the store, with the id it is found by. */
export interface StoredToken {
  readonly id: string;
  readonly record: TokenRecord;
}

/** Digits of a deadline in a key: enough for every safe integer. */
const deadlineDigits = 16;

export const tokenKey = (id: string): string => `tokens/${id}`;
export const accessorPrefix = 'accessors/';
export const accessorKey = (accessor: string): string => accessorPrefix + accessor;
export const childrenPrefix = (parent: string): string => `children/${parent}/`;
export const childKey = (parent: string, id: string): string => childrenPrefix(parent) + id;
export const duePrefix = 'due/';
export const dueKey = (expiresMs: number, id: string): string =>
  `${duePrefix}${String(expiresMs).padStart(deadlineDigits, '0')}/token/${id}`;

/** What a key of the expiry order says; undefined for another kind of thing that expires. */
export function parseDueKey(key: string): { deadlineMs: number; tokenId: string } | undefined {
  const groups = /^due\/(?<deadline>\d{16})\/token\/(?<id>[0-9a-f]+)$/u.exec(key)?.groups;
  if (groups === undefined) return undefined;
  return { deadlineMs: Number(groups['deadline']), tokenId: groups['id'] ?? '' };
}

/** Whether the token itself (not its ancestors) is good at this cluster time. */
export function isAlive(record: TokenRecord, nowMs: number): boolean {
  return record.state === 'active' && (record.expiresMs === null || nowMs < record.expiresMs);
}

/** Seconds left, rounded down; 0 for one that never expires. */
export function secondsLeft(expiresMs: number | null, nowMs: number): number {
  return expiresMs === null ? 0 : Math.max(0, Math.floor((expiresMs - nowMs) / 1_000));
}
