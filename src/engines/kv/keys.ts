import { assert } from '../../../shared/assert.ts';

/**
 * Key layout of the key-value engines, relative to the mount's data. Every key is a secret's path,
 * a NUL (which no canonical path holds) and a suffix. So all entries of a secret are adjacent, and
 * lie before the secrets below it: `a NUL m`, `a NUL v0000000001`, `a/b NUL m`.
 */

const separator = '\u0000';
/** Greater than the separator and smaller than every character of a path. */
const afterSeparator = '\u0001';
/** Follows `/` in byte order. */
const afterSlash = '0';
const versionDigits = 10;

/** Settings of the mount; no secret has the empty path. */
export const configKey: string = `${separator}config`;

/** Version 1: the secret itself. */
export function plainKey(path: string): string {
  return `${path}${separator}d`;
}

/** Version 2: settings and version history of a secret. */
export function metadataKey(path: string): string {
  return `${path}${separator}m`;
}

/** Version 2: the data of one version of a secret. */
export function versionKey(path: string, version: number): string {
  const digits = String(version).padStart(versionDigits, '0');
  assert(Number.isInteger(version) && version > 0, 'versions count from 1');
  assert(digits.length === versionDigits, 'a version number fits its fixed width');
  return `${path}${separator}v${digits}`;
}

/** The path (or what is left of it behind a prefix) of a key. */
export function pathOfKey(key: string): string {
  const end = key.indexOf(separator);
  assert(end >= 0, 'a key of a secret has a separator');
  return key.slice(0, end);
}

/** Greater than every key of the secret `path`, smaller than every key behind them. */
export function afterSecret(path: string): string {
  return `${path}${afterSeparator}`;
}

/** Greater than every key below the folder `path` (without its slash), smaller than the rest. */
export function afterFolder(path: string): string {
  return `${path}${afterSlash}`;
}
