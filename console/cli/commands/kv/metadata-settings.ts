import { failure } from '../../../../shared/errors/failure.ts';
import type { JsonObject, JsonValue } from '../../../../shared/json/value.ts';
import type { FlagSpecs, FlagValues } from '../../flag-specs.ts';

/** Settings of a secret as flags, for `kv metadata put` and `kv metadata patch`. */
export const settingFlags = {
  'max-versions': { type: 'count', description: 'Versions to keep; 0 means what the mount says' },
  'cas-required': { type: 'switch', description: 'Writes must bring --cas (=false: need not)' },
  'delete-version-after': {
    type: 'text',
    description: 'Duration after which new versions delete themselves; 0s means never',
  },
  'custom-metadata': { type: 'texts', description: 'name=value that describes the secret' },
} as const satisfies FlagSpecs;

/** The body of the request; `custom` holds what `custom_metadata` becomes, if anything. */
export function settingsBody(
  flags: FlagValues<typeof settingFlags>,
  custom: JsonObject,
): JsonObject {
  const maxVersions = flags['max-versions'];
  const casRequired = flags['cas-required'];
  const deleteAfter = flags['delete-version-after'];
  return {
    ...(maxVersions !== undefined && { max_versions: maxVersions }),
    ...(casRequired !== undefined && { cas_required: casRequired }),
    ...(deleteAfter !== undefined && { delete_version_after: deleteAfter }),
    ...(Object.keys(custom).length > 0 && { custom_metadata: custom }),
  };
}

/** `name=value` pairs. */
export function readPairs(texts: readonly string[], command: string): JsonObject {
  const pairs: Record<string, JsonValue> = Object.create(null);
  for (const text of texts) {
    const equals = text.indexOf('=');
    if (equals <= 0) {
      const problem = '--custom-metadata is name=value';
      throw failure('cli.usage', { problem, command });
    }
    pairs[text.slice(0, equals)] = text.slice(equals + 1);
  }
  return pairs;
}
