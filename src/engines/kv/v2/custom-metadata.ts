import { utf8Encode } from '../../../../shared/encoding/utf8.ts';
import { failure } from '../../../../shared/errors/failure.ts';
import { isJsonObject, type JsonValue } from '../../../../shared/json/value.ts';
import {
  kvCustomMetadataEntriesMax,
  kvCustomMetadataNameBytesMax,
  kvCustomMetadataValueBytesMax,
} from '../../../limits.ts';

/**
 * `custom_metadata`: names and values in text that describe a secret. Shown without the right to
 * read the secret, and printed in terminals: so short, few, and printable.
 */
export type CustomMetadata = Readonly<Record<string, string>>;

/** Reads and checks the whole of it. Throws `kv.custom-metadata-invalid`. */
export function readCustomMetadata(value: JsonValue): CustomMetadata | undefined {
  return checked(decode(value, () => ''));
}

/** Applies a merge patch (null removes a name, or everything). Throws as `readCustomMetadata`. */
export function patchCustomMetadata(
  current: CustomMetadata | undefined,
  patch: JsonValue,
): CustomMetadata | undefined {
  if (patch === null) return undefined;
  const removed = new Set<string>();
  const changed = decode(patch, (name) => {
    removed.add(name);
    return undefined;
  });
  const merged: Record<string, string> = Object.assign(Object.create(null), current, changed);
  for (const name of removed) delete merged[name];
  return checked(merged);
}

/** Values as text; `onNull` says what a null is (undefined: nothing). */
function decode(
  value: JsonValue,
  onNull: (name: string) => string | undefined,
): Record<string, string> {
  if (!isJsonObject(value)) throw invalid('it must be an object with text values');
  const decoded: Record<string, string> = Object.create(null);
  for (const [name, entry] of Object.entries(value)) {
    if (typeof entry === 'object' && entry !== null) throw invalid('values must be text');
    const text = entry === null ? onNull(name) : String(entry);
    if (text !== undefined) decoded[name] = text;
  }
  return decoded;
}

/** The same, or undefined if it is empty. */
function checked(entries: Record<string, string>): CustomMetadata | undefined {
  const count = Object.keys(entries).length;
  if (count === 0) return undefined;
  if (count > kvCustomMetadataEntriesMax) {
    throw invalid(`payload must contain at most ${kvCustomMetadataEntriesMax} keys, not ${count}`);
  }
  for (const [name, value] of Object.entries(entries)) {
    checkText('key', name, kvCustomMetadataNameBytesMax);
    checkText('value', value, kvCustomMetadataValueBytesMax);
  }
  return entries;
}

function checkText(what: 'key' | 'value', text: string, bytesMax: number): void {
  const bytes = utf8Encode(text).length;
  if (bytes === 0 || bytes > bytesMax) {
    throw invalid(`length of ${what} is ${bytes} but must be 0 < len(${what}) <= ${bytesMax}`);
  }
  if (!text.isWellFormed() || /[\p{C}\p{Zl}\p{Zp}]/u.test(text)) {
    throw invalid(`a ${what} contains unprintable characters`);
  }
}

function invalid(reason: string): Error {
  return failure('kv.custom-metadata-invalid', { reason });
}
