/**
 * The path over which policies decide, made by the agent for each request and by everybody who
 * wants to say beforehand what the agent will decide.
 */
import { asFolder, type CanonicalPath, withoutTrailingSlash } from './canonical.ts';
import { foldedPath } from './folded.ts';

/**
 * LIST and SCAN name a folder, with a trailing slash, and everything else does not: so `secret/a`
 * and `secret/a/` are never two names of one secret, of which policies know only one. For the same
 * reason names without letter case are folded. Throws `path.too-long`.
 */
export function operationPath(path: CanonicalPath, operation: string): CanonicalPath {
  const isListing = operation === 'list' || operation === 'scan';
  return foldedPath(isListing ? asFolder(path) : withoutTrailingSlash(path));
}
