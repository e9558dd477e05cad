/** Settings of mounts, from what requests say of them. */
import { parseFields } from '../../../shared/api/fields.ts';
import type { FieldSpecs, FieldsOf } from '../../../shared/api/route.ts';
import { failure } from '../../../shared/errors/failure.ts';
import type { JsonObject, JsonValue } from '../../../shared/json/value.ts';
import { parseDurationSeconds } from '../../../shared/units/duration.ts';
import {
  mountDescriptionCharactersMax,
  mountListItemsMax,
  mountOptionsMax,
  mountSettingCharactersMax,
} from '../../namespaces/limits.ts';
import type { MountConfig } from '../../namespaces/mount-entry.ts';
import type { LifetimeLimits } from '../../tokens/lifetime.ts';

/** The fields of a mount's `config`, and of `tune`. */
export const mountConfigFields = {
  default_lease_ttl: { type: 'any', description: '' },
  max_lease_ttl: { type: 'any', description: '' },
  force_no_cache: { type: 'boolean', description: '' },
  listing_visibility: { type: 'string', description: '' },
  audit_non_hmac_request_keys: { type: 'strings', description: '' },
  audit_non_hmac_response_keys: { type: 'strings', description: '' },
  passthrough_request_headers: { type: 'strings', description: '' },
  allowed_response_headers: { type: 'strings', description: '' },
  token_type: { type: 'string', description: '' },
} as const satisfies FieldSpecs;

export type MountConfigFields = Partial<FieldsOf<typeof mountConfigFields>>;

/** The `config` object of a request that enables a mount. */
export function configFieldsOf(config: JsonObject | undefined): MountConfigFields {
  return parseFields(mountConfigFields, config ?? {}).fields;
}

/**
 * The settings with what the request changes of them. Throws `request.field-invalid`, `mount.ttl`.
 */
export function changedConfig(
  before: MountConfig,
  fields: MountConfigFields,
  limits: LifetimeLimits,
): MountConfig {
  const config: MountConfig = {
    defaultLeaseTtlSeconds:
      ttlSeconds('default_lease_ttl', fields.default_lease_ttl) ?? before.defaultLeaseTtlSeconds,
    maxLeaseTtlSeconds:
      ttlSeconds('max_lease_ttl', fields.max_lease_ttl) ?? before.maxLeaseTtlSeconds,
    forceNoCache: fields.force_no_cache ?? before.forceNoCache,
    listingVisibility: visibility(fields.listing_visibility) ?? before.listingVisibility,
    auditNonHmacRequestKeys:
      list(fields, 'audit_non_hmac_request_keys') ?? before.auditNonHmacRequestKeys,
    auditNonHmacResponseKeys:
      list(fields, 'audit_non_hmac_response_keys') ?? before.auditNonHmacResponseKeys,
    passthroughRequestHeaders:
      list(fields, 'passthrough_request_headers') ?? before.passthroughRequestHeaders,
    allowedResponseHeaders:
      list(fields, 'allowed_response_headers') ?? before.allowedResponseHeaders,
    tokenType: tokenType(fields.token_type) ?? before.tokenType,
  };
  const maxTtl = config.maxLeaseTtlSeconds || limits.maxTtlSeconds;
  if (config.defaultLeaseTtlSeconds > maxTtl) throw failure('mount.ttl');
  return config;
}

/** Checks a description. Throws `request.field-invalid`. */
export function checkedDescription(text: string): string {
  if (text.length <= mountDescriptionCharactersMax) return text;
  const expected = `at most ${mountDescriptionCharactersMax} characters`;
  throw failure('request.field-invalid', { field: 'description', expected });
}

/** Checks options. Throws `request.field-invalid`. */
export function checkedOptions(
  options: Readonly<Record<string, string>> | null,
): Readonly<Record<string, string>> | null {
  const entries = Object.entries(options ?? {});
  const isFine = entries.every(([name, value]) => isShort(name) && isShort(value));
  if (isFine && entries.length <= mountOptionsMax) return options;
  const expected = `at most ${mountOptionsMax} options of at most ${mountSettingCharactersMax} characters`;
  throw failure('request.field-invalid', { field: 'options', expected });
}

function isShort(text: string): boolean {
  return text.length <= mountSettingCharactersMax;
}

/** Seconds; 0 for `system`, which means the system's own. */
function ttlSeconds(field: string, value: JsonValue | undefined): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (value === 'system') return 0;
  if (typeof value === 'string' || typeof value === 'number') return parseDurationSeconds(value);
  const expected = 'a duration, as 90, 15m or 768h, or "system"';
  throw failure('request.field-invalid', { field, expected });
}

function visibility(value: string | undefined): string | undefined {
  if (value === undefined || value === 'unauth' || value === 'hidden' || value === '') return value;
  const expected = '"unauth", "hidden" or empty';
  throw failure('request.field-invalid', { field: 'listing_visibility', expected });
}

const tokenTypes = ['', 'default-service', 'default-batch', 'service', 'batch'];

function tokenType(value: string | undefined): string | undefined {
  if (value === undefined || tokenTypes.includes(value)) return value;
  const expected = '"default-service", "default-batch", "service" or "batch"';
  throw failure('request.field-invalid', { field: 'token_type', expected });
}

function list(
  fields: MountConfigFields,
  field:
    | 'audit_non_hmac_request_keys'
    | 'audit_non_hmac_response_keys'
    | 'passthrough_request_headers'
    | 'allowed_response_headers',
): readonly string[] | undefined {
  const items = fields[field];
  if (items === undefined) return undefined;
  if (items.length <= mountListItemsMax && items.every(isShort)) return items;
  const expected = `at most ${mountListItemsMax} items of at most ${mountSettingCharactersMax} characters`;
  throw failure('request.field-invalid', { field, expected });
}
