/**
 * Takes a whole object out of a JSON text, as the bytes it is written in: what lies in it goes on
 * to somebody else, and whoever reads the text around it makes no strings of it.
 */
import { copySecret } from '../secret-bytes.ts';
import { JSON_LIMITS, type JsonKey, JsonScanner } from './scan.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/**
 * Copies the object at `path` (keys from the top, plain ASCII, spelled without escapes) out of the
 * text and leaves `{   }` in its place. The copy is the caller's to zero. Undefined where there is
 * no object. Throws the failures of parseJson for a text that is not valid JSON; of repeated keys
 * the first one counts, and whoever parses the text refuses it.
 */
export function takeJsonObject(
  text: Uint8Array,
  path: readonly string[],
): Uint8Array<ArrayBuffer> | undefined {
  const start = findValue(text, path);
  if (start === undefined || text[start] !== OPEN_BRACE) return undefined;
  const end = endOfValue(text, start);
  const taken = copySecret(text.subarray(start, end));
  text.fill(SPACE, start + 1, end - 1);
  return taken;
}

/** Where the value at the path starts; the whole text is checked on the way. */
function findValue(text: Uint8Array, path: readonly string[]): number | undefined {
  let found: number | undefined;
  /** How many keys of the path are open around the place that is scanned. */
  let open = 0;
  const onKey = ({ depth, start, end, valueAt }: JsonKey): void => {
    open = Math.min(open, depth - 1);
    if (depth !== open + 1 || found !== undefined) return;
    if (!isSpelled(text.subarray(start, end), path[open] ?? '')) return;
    open += 1;
    if (open === path.length) found = valueAt;
  };
  new JsonScanner(text, JSON_LIMITS, onKey).scanDocument();
  return found;
}

function isSpelled(key: Uint8Array, name: string): boolean {
  if (key.length !== name.length) return false;
  return key.every((byte, at) => byte === name.charCodeAt(at));
}

/** The end of an object in a text that is known to be valid JSON. */
function endOfValue(text: Uint8Array, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const byte = text[at];
    if (byte === QUOTE) at = endOfString(text, at);
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth -= 1;
    if (depth === 0) return at + 1;
  }
  return text.length;
}

/** The closing quote of the string that opens there. */
function endOfString(text: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== QUOTE) at += text[at] === BACKSLASH ? 2 : 1;
  return at;
}
