import type { MountTable } from '../../namespaces/mount-table.ts';
import type { LifetimeLimits } from '../../tokens/lifetime.ts';

/** How long tokens may live: the settings of `auth/token/`, else the system's. */
export function lifetimeLimits(system: LifetimeLimits, mounts: MountTable): LifetimeLimits {
  const config = mounts.at('auth/token/')?.config;
  const maxTtlSeconds = config?.maxLeaseTtlSeconds || system.maxTtlSeconds;
  const defaultTtlSeconds = config?.defaultLeaseTtlSeconds || system.defaultTtlSeconds;
  return { maxTtlSeconds, defaultTtlSeconds: Math.min(defaultTtlSeconds, maxTtlSeconds) };
}
