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

const foldedSegments = foldedFolders.map((folder) => folder.split('/').slice(0, -1));

/** The path with its name folded, where it has one that is. */
export function foldedPath(path: CanonicalPath): CanonicalPath {
  if (!path.startsWith('sys/') && !path.startsWith('auth/token/')) return path;
  const isFolded = foldedFolders.some((folder) => path.startsWith(folder));
  return isFolded ? (foldAscii(path) as CanonicalPath) : path;
}

/** The same for the path of a policy's rule, in which `+` may stand for segments of the folder. */
export function foldedRulePath(path: string): string {
  const segments = path.split('/');
  const isFolded = foldedSegments.some(
    (folder) =>
      segments.length > folder.length &&
      segments[0] === folder[0] &&
      folder.every((segment, at) => segments[at] === segment || segments[at] === '+'),
  );
  return isFolded ? foldAscii(path) : path;
}
