/**
 * Takes a secret out of a JSON body before anything else reads the body: an unseal share must never
 * become a JavaScript string, which nobody can zero.
 */
import { failure } from '../errors/failure.ts';
import { foldAscii } from '../path/characters.ts';
import { copySecret } from '../secret-bytes.ts';
import { JSON_LIMITS, type JsonKey, JsonScanner } from './scan.ts';
import { scanString } from './scan-string.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BLANK = 0x2a;
const OPEN_BRACE = 0x7b;

/**
 * Copies the string value of a top-level field out of a JSON object and overwrites it there with
 * asterisks, so that the body can then be parsed for its other fields. The copy is the caller's to
 * zero. The field is found as parseFields finds it: in any ASCII letter case, and however its name
 * is escaped; under two spellings at once it is refused. Undefined if the body is no object, the
 * field is absent, or its value is null, empty, or asterisks only (taken before). Throws the
 * failures of parseJson for a body that is not valid JSON, and `json.secret-escaped` for a value
 * that is no string of plain ASCII without escapes. `name` is plain ASCII.
 */
export function takeJsonBytes(body: Uint8Array, name: string): Uint8Array<ArrayBuffer> | undefined {
  const start = findField(body, name);
  if (start === undefined || body[start] === 0x6e) return undefined; // null
  if (body[start] !== QUOTE) throw failure('json.secret-escaped', { field: name });
  const content = body.subarray(start + 1, scanString(body, start) - 1);
  if (content.some((byte) => byte === BACKSLASH || byte >= 0x7f)) {
    throw failure('json.secret-escaped', { field: name });
  }
  if (content.every((byte) => byte === BLANK)) return undefined;
  const value = copySecret(content);
  content.fill(BLANK);
  return value;
}

/** Where the value of the top-level field starts; the whole body is checked on the way. */
function findField(body: Uint8Array, name: string): number | undefined {
  let found: number | undefined;
  const onKey = (key: JsonKey): void => {
    if (key.depth !== 1 || !isNamed(body.subarray(key.start - 1, key.end + 1), name)) return;
    if (found !== undefined) throw failure('json.duplicate-key', { offset: key.start });
    found = key.valueAt;
  };
  new JsonScanner(body, JSON_LIMITS, onKey).scanDocument();
  return body.find((byte) => byte > 0x20) === OPEN_BRACE ? found : undefined;
}

/** Whether the key, given with its quotes, is the name. */
function isNamed(quotedKey: Uint8Array, name: string): boolean {
  // No character of the name takes more than the six bytes of an escape.
  if (quotedKey.length > 6 * name.length + 2) return false;
  // Byte by byte: a byte above 0x7F makes some other character than those of the name.
  const key: unknown = JSON.parse(String.fromCharCode(...quotedKey));
  return typeof key === 'string' && foldAscii(key) === foldAscii(name);
}
