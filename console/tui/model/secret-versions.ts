/** The versions of a secret, from its metadata; and two of them compared without showing either. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../shared/json/value.ts';
import { stringifyJson } from '../../../shared/json/stringify.ts';
import { numberIn, objectIn, textIn } from '../../client/members.ts';

export interface SecretVersion {
  readonly number: number;
  readonly createdTime: string;
  /** RFC 3339; empty for one that is there. It may lie ahead. */
  readonly deletionTime: string;
  readonly isDestroyed: boolean;
}

export interface SecretMetadata {
  readonly current: number;
  /** 0: what the engine keeps by default. */
  readonly maxVersions: number;
  readonly casRequired: boolean;
  readonly custom: readonly (readonly [name: string, value: string])[];
  /** Newest first. */
  readonly versions: readonly SecretVersion[];
}

export function metadataOf(data: JsonObject): SecretMetadata {
  const versions = objectIn(data, 'versions');
  const custom = objectIn(data, 'custom_metadata');
  return {
    current: numberIn(data, 'current_version'),
    maxVersions: numberIn(data, 'max_versions'),
    casRequired: data['cas_required'] === true,
    custom: Object.keys(custom).map((name) => [name, textIn(custom, name)] as const),
    versions: Object.keys(versions)
      .filter((number) => /^\d{1,15}$/.test(number))
      .map((number) => versionFrom(Number(number), objectIn(versions, number)))
      .toSorted((left, right) => right.number - left.number),
  };
}

function versionFrom(number: number, data: JsonObject): SecretVersion {
  return {
    number,
    createdTime: textIn(data, 'created_time'),
    deletionTime: textIn(data, 'deletion_time'),
    isDestroyed: data['destroyed'] === true,
  };
}

/** What became of a name between two versions. */
export interface KeyChange {
  readonly name: string;
  readonly change: 'same' | 'changed' | 'added' | 'removed';
}

/** Names in the order of the newer version, then those that are gone. */
export function keyChanges(older: JsonObject, newer: JsonObject): readonly KeyChange[] {
  const kept = Object.keys(newer).map((name) => ({ name, change: changeOf(older, newer, name) }));
  const gone = Object.keys(older)
    .filter((name) => !Object.hasOwn(newer, name))
    .map((name) => ({ name, change: 'removed' as const }));
  return [...kept, ...gone];
}

function changeOf(older: JsonObject, newer: JsonObject, name: string): KeyChange['change'] {
  if (!Object.hasOwn(older, name)) return 'added';
  return isEqual(older[name], newer[name]) ? 'same' : 'changed';
}

function isEqual(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  return stringifyJson(left ?? null) === stringifyJson(right ?? null);
}

/** The names of a secret, and whether each is one value or a structure. */
export function namesIn(
  subkeys: JsonObject,
): readonly { readonly name: string; readonly isLeaf: boolean }[] {
  return Object.keys(subkeys).map((name) => ({ name, isLeaf: !isJsonObject(subkeys[name]) }));
}

/** A value as one line. */
export function valueText(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : stringifyJson(value ?? null);
}
