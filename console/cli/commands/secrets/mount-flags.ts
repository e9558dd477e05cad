import type { JsonObject } from '../../../../shared/json/value.ts';
import type { FlagSpecs, FlagValues } from '../../flag-specs.ts';

/** Settings of a mount as flags. */
export const mountFlags = {
  version: { type: 'text', description: 'Version of the engine (kv: 1 or 2)' },
  description: { type: 'text', description: 'What it is for, for people' },
  'default-lease-ttl': { type: 'text', description: 'Default life of leases, as 768h' },
  'max-lease-ttl': { type: 'text', description: 'Longest life of leases' },
} as const satisfies FlagSpecs;

/** The body of the request that enables a mount. */
export function mountBody(flags: FlagValues<typeof mountFlags>): JsonObject {
  const config = leaseSettings(flags);
  return {
    ...(flags.description !== undefined && { description: flags.description }),
    ...(flags.version !== undefined && { options: { version: flags.version } }),
    ...(Object.keys(config).length > 0 && { config }),
  };
}

/** The body of the request that tunes one: settings stand at the top. */
export function tuneBody(flags: FlagValues<typeof mountFlags>): JsonObject {
  return {
    ...leaseSettings(flags),
    ...(flags.description !== undefined && { description: flags.description }),
    ...(flags.version !== undefined && { options: { version: flags.version } }),
  };
}

function leaseSettings(flags: FlagValues<typeof mountFlags>): JsonObject {
  const defaultTtl = flags['default-lease-ttl'];
  const maxTtl = flags['max-lease-ttl'];
  return {
    ...(defaultTtl !== undefined && { default_lease_ttl: defaultTtl }),
    ...(maxTtl !== undefined && { max_lease_ttl: maxTtl }),
  };
}
