import { failure } from '../../../../shared/errors/failure.ts';
import type { JsonValue } from '../../../../shared/json/value.ts';
import { type CustomMetadata, patchCustomMetadata, readCustomMetadata } from './custom-metadata.ts';
import type { Loaded, SecretMetadata } from './metadata.ts';
import { checkMaxVersions, type Settings, secretDeleteAfter } from './settings.ts';

/** A change of a secret's settings, read and checked before anything is looked at. */
export interface MetadataChange {
  readonly settings: Partial<Settings>;
  readonly custom:
    | ((current: CustomMetadata | undefined) => CustomMetadata | undefined)
    | undefined;
}

/** The fields of a write as the core parsed them, or of a patch as they came. */
interface GivenFields {
  readonly max_versions: JsonValue | undefined;
  readonly cas_required: JsonValue | undefined;
  readonly metadata_cas_required: JsonValue | undefined;
  readonly delete_version_after: JsonValue | undefined;
  readonly custom_metadata: JsonValue | undefined;
}

/** What a write says: given values replace, `custom_metadata` as a whole. */
export function writeChange(fields: GivenFields): MetadataChange | undefined {
  const { custom_metadata: custom } = fields;
  return change(fields, custom === undefined ? undefined : () => readCustomMetadata(custom ?? {}));
}

/** What a merge patch says: null puts a setting back, `custom_metadata` merges name by name. */
export function patchChange(fields: GivenFields): MetadataChange | undefined {
  const { custom_metadata: custom } = fields;
  return change(
    fields,
    custom === undefined ? undefined : (current) => patchCustomMetadata(current, custom),
  );
}

/** The secret with a change applied. */
export function applyChange(
  metadata: SecretMetadata,
  wanted: MetadataChange,
  nowMs: number,
): SecretMetadata {
  return {
    ...metadata,
    metadataVersion: metadata.metadataVersion + 1,
    updatedMs: nowMs,
    settings: { ...metadata.settings, ...wanted.settings },
    customMetadata: wanted.custom
      ? wanted.custom(metadata.customMetadata)
      : metadata.customMetadata,
  };
}

/** Check-and-set for metadata (OpenBao). */
export function checkMetadataCas(given: JsonValue | undefined, loaded: Loaded): void {
  const { config, metadata } = loaded;
  if (given === undefined || given === null) {
    if (config.metadataCasRequired || metadata?.settings.metadataCasRequired === true) {
      throw failure('kv.metadata-cas-required');
    }
    return;
  }
  if (given !== (metadata?.metadataVersion ?? 0)) throw failure('kv.metadata-cas-mismatch');
}

/** Where the lines of an answer's `warnings` go. */
interface Warned {
  warn(message: string): void;
}

/** Settings that the mount demands anyway cannot be switched off for one secret. */
export function warnOfIgnored(settings: Partial<Settings>, config: Settings, call: Warned): void {
  const ignored = [
    ...(config.casRequired && settings.casRequired === false ? ['cas_required'] : []),
    ...(config.metadataCasRequired && settings.metadataCasRequired === false
      ? ['metadata_cas_required']
      : []),
  ];
  for (const name of ignored) {
    call.warn(
      `"${name}" set to false, but is mandated by backend config. This value will be ignored.`,
    );
  }
}

function change(fields: GivenFields, custom: MetadataChange['custom']): MetadataChange | undefined {
  const settings = {
    ...setting('maxVersions', fields.max_versions, readMaxVersions),
    ...setting('casRequired', fields.cas_required, readFlag),
    ...setting('metadataCasRequired', fields.metadata_cas_required, readFlag),
    ...setting('deleteAfterSeconds', fields.delete_version_after, readDeleteAfter),
  };
  return custom === undefined && Object.keys(settings).length === 0
    ? undefined
    : { settings, custom };
}

/** One setting, if it was given. */
function setting<Name extends keyof Settings>(
  name: Name,
  value: JsonValue | undefined,
  read: (value: JsonValue) => Settings[Name],
): { readonly [Key in Name]?: Settings[Name] } {
  return value === undefined ? {} : ({ [name]: read(value) } as { [Key in Name]: Settings[Name] });
}

function readMaxVersions(value: JsonValue): number {
  if (value === null) return 0;
  const digits = typeof value === 'string' && /^\d{1,9}$/u.test(value);
  return checkMaxVersions(digits ? Number(value) : typeof value === 'number' ? value : Number.NaN);
}

function readFlag(value: JsonValue): boolean {
  if (value === null || value === false || value === 'false') return false;
  if (value === true || value === 'true') return true;
  throw failure('request.field-invalid', { field: 'cas_required', expected: 'true or false' });
}

function readDeleteAfter(value: JsonValue): number {
  return value === null ? 0 : secretDeleteAfter(value);
}
