/**
 * Step 1: which namespace, and which path in it. There is one namespace, `root`; a request that
 * names another must not be answered by it. The path gets the one form that all later steps use.
 */
import { failure } from '../../../shared/errors/failure.ts';
import {
  asFolder,
  type CanonicalPath,
  withoutTrailingSlash,
} from '../../../shared/path/canonical.ts';
import { foldedPath } from '../../../shared/path/folded.ts';
import { rootNamespaceId } from '../../namespaces/layout.ts';
import type { CoreRequest } from '../request.ts';

/** Served in the root namespace only: below `sys/`, Vault's list. */
const rootOnlySegments: ReadonlySet<string> = new Set([
  'generate-recovery-token',
  'generate-root',
  'health',
  'in-flight-req',
  'init',
  'metrics',
  'pprof',
  'raw',
  'rekey',
  'rekey-recovery-key',
  'seal',
  'step-down',
  'storage',
  'unseal',
]);

/** Throws `request.namespace-root-only`, `request.namespace-unknown`. */
export function requireRootNamespace({ namespace, path }: CoreRequest): void {
  const named = (namespace ?? '').replace(/\/$/, '');
  if (named === '' || named === rootNamespaceId) return;
  const [first, second = ''] = path.split('/');
  if (first === 'sys' && rootOnlySegments.has(second)) {
    throw failure('request.namespace-root-only');
  }
  throw failure('request.namespace-unknown');
}

/**
 * LIST and SCAN name a folder, with a trailing slash, and everything else does not: so `secret/a`
 * and `secret/a/` are never two names of one secret, of which policies know only one. For the same
 * reason names without letter case are folded. Throws `path.too-long`.
 */
export function operationPath({ method, path }: CoreRequest): CanonicalPath {
  const isFolder = method === 'list' || method === 'scan';
  return foldedPath(isFolder ? asFolder(path) : withoutTrailingSlash(path));
}
