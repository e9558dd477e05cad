import { failure } from '../../../../shared/errors/failure.ts';
import type { JsonObject, JsonValue } from '../../../../shared/json/value.ts';
import { durationSecondsOf } from '../../../../shared/units/duration.ts';
import { kvDeleteAfterSecondsMax, kvVersionsMax } from '../../../limits.ts';
import type { View } from '../../../store/view.ts';
import { signedDurationOf } from '../duration.ts';
import { configKey } from '../keys.ts';
import { decodeStored, encodeStored } from '../stored-json.ts';

/** Settings that a mount and a secret both have. The larger `max_versions` of the two counts. */
export interface Settings {
  /** 0: not set. */
  readonly maxVersions: number;
  readonly casRequired: boolean;
  readonly metadataCasRequired: boolean;
  /** Seconds until a new version deletes itself; 0: not set; for a mount, -1: never, anywhere. */
  readonly deleteAfterSeconds: number;
}

export const noSettings: Settings = {
  maxVersions: 0,
  casRequired: false,
  metadataCasRequired: false,
  deleteAfterSeconds: 0,
};

/** The settings of the mount. */
export async function loadSettings(view: View): Promise<Settings> {
  return (await view.getDecoded(configKey, storedSettings))?.form ?? noSettings;
}

function storedSettings(plaintext: Uint8Array): Settings {
  return decodeSettings(decodeStored(plaintext));
}

export function saveSettings(view: View, settings: Settings): void {
  view.put(configKey, encodeStored(encodeSettings(settings)));
}

export function encodeSettings(settings: Settings): JsonObject {
  return {
    max: settings.maxVersions,
    cas: settings.casRequired,
    metadataCas: settings.metadataCasRequired,
    after: settings.deleteAfterSeconds,
  };
}

export function decodeSettings(stored: JsonObject): Settings {
  return {
    maxVersions: Number(stored['max']),
    casRequired: stored['cas'] === true,
    metadataCasRequired: stored['metadataCas'] === true,
    deleteAfterSeconds: Number(stored['after']),
  };
}

/** Checks a `max_versions`. */
export function checkMaxVersions(value: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= kvVersionsMax) return value;
  const expected = `an integer from 0 to ${kvVersionsMax}`;
  throw failure('request.field-invalid', { field: 'max_versions', expected });
}

/** Reads a `delete_version_after` of a mount; negative ones switch the feature off. */
export function mountDeleteAfter(value: JsonValue): number {
  return checkDeleteAfter(signedDurationOf(value));
}

/** Reads a `delete_version_after` of a secret. */
export function secretDeleteAfter(value: JsonValue): number {
  return checkDeleteAfter(durationSecondsOf(value));
}

function checkDeleteAfter(seconds: number | undefined): number {
  if (seconds !== undefined && seconds <= kvDeleteAfterSecondsMax) return seconds;
  const expected = `a duration such as "90s", "24h" or "30d", at most ${kvDeleteAfterSecondsMax} s`;
  throw failure('request.field-invalid', { field: 'delete_version_after', expected });
}
