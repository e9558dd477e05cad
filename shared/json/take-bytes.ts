/**
 * Takes a secret out of a JSON body before anything else reads the body: an unseal share must never
 * become a JavaScript string, which nobody can zero.
 */
import { failure } from '../errors/failure.ts';
import { JSON_LIMITS, type JsonKey, JsonScanner } from './scan.ts';
import { scanString } from './scan-string.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BLANK = 0x2a;
const OPEN_BRACE = 0x7b;

/**
 * Copies the string value of a top-level field out of a JSON object and overwrites it there with
 * asterisks, so that the body can then be parsed for its other fields. The copy is the caller's to
 * zero. Undefined if the body is no object, the field is absent, or its value is null or empty.
 * Throws the failures of parseJson for a body that is not valid JSON, and `json.secret-escaped` for
 * a value that is no string of plain ASCII without escapes. `name` is plain ASCII.
 */
export function takeJsonBytes(body: Uint8Array, name: string): Uint8Array<ArrayBuffer> | undefined {
  const start = findField(body, name);
  if (start === undefined || body[start] === 0x6e) return undefined; // null
  if (body[start] !== QUOTE) throw failure('json.secret-escaped', { field: name });
  const content = body.subarray(start + 1, scanString(body, start) - 1);
  if (content.some((byte) => byte === BACKSLASH || byte >= 0x7f)) {
    throw failure('json.secret-escaped', { field: name });
  }
  const value = Uint8Array.from(content);
  content.fill(BLANK);
  return value.length === 0 ? undefined : value;
}

/** Where the value of the top-level field starts; the whole body is checked on the way. */
function findField(body: Uint8Array, name: string): number | undefined {
  let found: number | undefined;
  const onKey = (key: JsonKey): void => {
    if (key.depth !== 1 || !equalsAscii(body.subarray(key.start, key.end), name)) return;
    if (found !== undefined) throw failure('json.duplicate-key', { offset: key.start });
    found = key.valueAt;
  };
  new JsonScanner(body, JSON_LIMITS, onKey).scanDocument();
  return body.find((byte) => byte > 0x20) === OPEN_BRACE ? found : undefined;
}

function equalsAscii(bytes: Uint8Array, text: string): boolean {
  if (bytes.length !== text.length) return false;
  return bytes.every((byte, index) => byte === text.charCodeAt(index));
}
