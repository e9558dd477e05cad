/**
 * Where the core keeps what it knows: below `ns/<namespace>/`, sealed by that namespace's keyring.
 * Until there are tenants, `root` is the only namespace.
 */
export { rootNamespaceId } from '../../shared/ids.ts';

export const namespacePrefix = (namespace: string): string => `ns/${namespace}/`;

/** Everything that belongs to one mount. */
export const mountDataPrefix = (mountId: string): string => `data/${mountId}/`;

/**
 * Entries that change with every change of the mount table or of a policy: a request reads them
 * together with its token, and looks again at what it knows only when they have changed.
 */
export const mountsEpochKey = 'epoch/mounts';
export const policiesEpochKey = 'epoch/policies';

export const mountsPrefix = 'mounts/';
export const mountKey = (id: string): string => mountsPrefix + id;
export const policiesPrefix = 'policies/';
export const policyKey = (name: string): string => policiesPrefix + name;
export const operatorsPrefix = 'operators/';
export const operatorKey = (name: string): string => operatorsPrefix + name;
