/**
 * Which of several wildcard rules decides when all match: the most specific one, by the rules of
 * Vault's documentation ("Policies", "Priority matching"). P1 is of lower priority than P2 if
 *
 * 1. its first wildcard (`+` segment or final `*`) occurs earlier;
 * 2. else it ends in `*` and P2 does not;
 * 3. else it has more `+` segments;
 * 4. else it is shorter;
 * 5. else it is smaller lexicographically.
 *
 * Positions and lengths are of UTF-8 bytes. A rule without wildcards always comes before these.
 */
import { assert } from '../assert.ts';
import { compareUtf8, utf8Length } from '../encoding/utf8.ts';

export interface WildcardPath {
  readonly path: string;
  /** Its segments; the last one without the final `*`. */
  readonly segments: readonly string[];
  readonly endsInStar: boolean;
  readonly plusCount: number;
  /** Bytes before the first wildcard. */
  readonly literalBytes: number;
  readonly bytes: number;
}

/** Whether a rule's path may match more than one path. */
export function hasWildcard(path: string): boolean {
  if (path.endsWith('*')) return true;
  return path.includes('+') && path.split('/').includes('+');
}

/** What the order needs of the path of a rule that has a wildcard. */
export function wildcardPath(path: string): WildcardPath {
  const endsInStar = path.endsWith('*');
  const segments = (endsInStar ? path.slice(0, -1) : path).split('/');
  const firstPlus = segments.indexOf('+');
  assert(endsInStar || firstPlus >= 0, 'the path has a wildcard');
  const literal = firstPlus < 0 ? path.slice(0, -1) : segments.slice(0, firstPlus).join('/');
  const slash = firstPlus > 0 ? 1 : 0;
  return {
    path,
    segments,
    endsInStar,
    plusCount: segments.filter((segment) => segment === '+').length,
    literalBytes: utf8Length(literal) + slash,
    bytes: utf8Length(path),
  };
}

/** For sorting: the rule that decides first comes first. */
export function byPriority(left: WildcardPath, right: WildcardPath): number {
  if (left.literalBytes !== right.literalBytes) return right.literalBytes - left.literalBytes;
  if (left.endsInStar !== right.endsInStar) return left.endsInStar ? 1 : -1;
  if (left.plusCount !== right.plusCount) return left.plusCount - right.plusCount;
  if (left.bytes !== right.bytes) return right.bytes - left.bytes;
  return compareUtf8(right.path, left.path);
}
