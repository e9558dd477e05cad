/** One line of the mount table, as it is stored at `ns/<namespace>/mounts/<id>`. */
export interface MountEntry {
  readonly format: 1;
  /** Name of the mount's data in the store; of what is always there, its type. */
  readonly id: string;
  readonly kind: 'secret' | 'auth';
  /** Where requests find it, with trailing slash: `secret/`, `auth/token/`. */
  readonly path: string;
  /** `kv`, `cubbyhole`, … (of Vault's names for types, the one without a version). */
  readonly type: string;
  readonly description: string;
  readonly accessor: string;
  readonly uuid: string;
  readonly options: Readonly<Record<string, string>> | null;
  readonly config: MountConfig;
  readonly local: boolean;
  readonly sealWrap: boolean;
  readonly externalEntropyAccess: boolean;
}

/** Settings that `tune` changes. 0 seconds means the system's value. */
export interface MountConfig {
  readonly defaultLeaseTtlSeconds: number;
  readonly maxLeaseTtlSeconds: number;
  readonly forceNoCache: boolean;
  readonly listingVisibility: string;
  readonly auditNonHmacRequestKeys: readonly string[];
  readonly auditNonHmacResponseKeys: readonly string[];
  readonly passthroughRequestHeaders: readonly string[];
  readonly allowedResponseHeaders: readonly string[];
  readonly tokenType: string;
}

export const plainMountConfig: MountConfig = {
  defaultLeaseTtlSeconds: 0,
  maxLeaseTtlSeconds: 0,
  forceNoCache: false,
  listingVisibility: '',
  auditNonHmacRequestKeys: [],
  auditNonHmacResponseKeys: [],
  passthroughRequestHeaders: [],
  allowedResponseHeaders: [],
  tokenType: '',
};

/**
 * Types of the mounts that are always there: they are their own ids, and no other mount has them.
 */
export const builtInTypes = ['cubbyhole', 'identity', 'system', 'token'] as const;
export type BuiltInType = (typeof builtInTypes)[number];

/** Id, and so place in the store, of what tokens keep in their cubbyholes. */
export const cubbyholeMountId = 'cubbyhole' satisfies BuiltInType;

/** Whether a mount is one of those that are always there. */
export function isBuiltIn(entry: MountEntry): boolean {
  return builtInTypes.some((type) => type === entry.id);
}
