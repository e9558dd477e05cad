/** How mounts look on the wire (Vault's `sys/mounts`). */
import type { JsonObject } from '../../../shared/json/value.ts';
import type { MountConfig, MountEntry } from '../../namespaces/mount-entry.ts';
import type { LifetimeLimits } from '../../tokens/lifetime.ts';

/** A line of the list. TTLs are those of the mount: 0 means the system's. */
export function mountBody(entry: MountEntry): JsonObject {
  return {
    accessor: entry.accessor,
    config: {
      default_lease_ttl: entry.config.defaultLeaseTtlSeconds,
      force_no_cache: entry.config.forceNoCache,
      max_lease_ttl: entry.config.maxLeaseTtlSeconds,
      ...optionalConfig(entry.config),
      ...(entry.kind === 'auth' && { token_type: entry.config.tokenType || 'default-service' }),
    },
    deprecation_status: 'supported',
    description: entry.description,
    external_entropy_access: entry.externalEntropyAccess,
    local: entry.local,
    options: entry.options,
    plugin_version: '',
    running_plugin_version: '',
    running_sha256: '',
    seal_wrap: entry.sealWrap,
    type: entry.type,
    uuid: entry.uuid,
  };
}

/** What `tune` reads: TTLs as they are in effect. */
export function tuneBody(entry: MountEntry, limits: LifetimeLimits): JsonObject {
  const { config } = entry;
  return {
    default_lease_ttl: config.defaultLeaseTtlSeconds || limits.defaultTtlSeconds,
    max_lease_ttl: config.maxLeaseTtlSeconds || limits.maxTtlSeconds,
    force_no_cache: config.forceNoCache,
    description: entry.description,
    ...(entry.options !== null && { options: entry.options }),
    ...optionalConfig(config),
    ...(entry.kind === 'auth' && { token_type: config.tokenType || 'default-service' }),
  };
}

/** Settings that are left out while they are empty. */
function optionalConfig(config: MountConfig): JsonObject {
  const lists = [
    ['audit_non_hmac_request_keys', config.auditNonHmacRequestKeys],
    ['audit_non_hmac_response_keys', config.auditNonHmacResponseKeys],
    ['passthrough_request_headers', config.passthroughRequestHeaders],
    ['allowed_response_headers', config.allowedResponseHeaders],
  ] as const;
  return {
    ...Object.fromEntries(lists.filter(([, list]) => list.length > 0)),
    ...(config.listingVisibility !== '' && { listing_visibility: config.listingVisibility }),
  };
}
