/**
 * Step 1: which namespace. There is one, `root`; a request that names another must not be answered
 * by it.
 */
import { failure } from '../../../shared/errors/failure.ts';
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
