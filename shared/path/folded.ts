/**
 * Names without letter case. Policies, token roles and operators have their names folded to lower
 * case, as in Vault. Whoever decides, stores or records must see the folded path, or a denial of
 * `sys/policies/acl/admin` is slipped past by `…/ADMIN`, which names the same policy.
 */
import type { CanonicalPath } from './canonical.ts';
import { foldAscii } from './characters.ts';

/** What follows these is a name without letter case. */
const foldedFolders = [
  'sys/policy/',
  'sys/policies/acl/',
  'sys/operators/',
  'auth/token/roles/',
  'auth/token/create/',
] as const;

/** The first segments of these. */
export const foldedRoots: readonly string[] = ['auth', 'sys'];

const depths = new Map(foldedFolders.map((folder) => [folder, folder.split('/').length - 1]));

/** How many segments come before the path's name without letter case; undefined if it has none. */
export function foldedDepth(path: CanonicalPath): number | undefined {
  if (!path.startsWith('sys/') && !path.startsWith('auth/token/')) return undefined;
  const folder = foldedFolders.find((candidate) => path.startsWith(candidate));
  return folder && depths.get(folder);
}

/** The path with its name folded, where it has one that is. */
export function foldedPath(path: CanonicalPath): CanonicalPath {
  return foldedDepth(path) === undefined ? path : (foldAscii(path) as CanonicalPath);
}

/** A rule's path as it is compared with paths whose name begins after `depth` segments. */
export function foldedRulePath(path: string, depth: number): string {
  let start = 0;
  for (let segment = 0; segment < depth; segment += 1) {
    const slash = path.indexOf('/', start);
    if (slash < 0) return path;
    start = slash + 1;
  }
  return path.slice(0, start) + foldAscii(path.slice(start));
}
