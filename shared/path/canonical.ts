/**
 * The one spelling of a request's path, made once at the edge. Policies, caches, storage, lock-out
 * counters and the audit log use this value; a raw string does not compile there.
 *
 * A canonical path is what stands below `/v1/` after exactly one percent-decoding:
 *
 * - no leading slash, no empty segment; one trailing slash says "folder";
 * - no `.` or `..` segment, not even after further percent-decoding by somebody behind us
 *   (`%252e%252e` on the wire), no backslash;
 * - only letters, marks, numbers, punctuation, symbols and the ASCII space: no control, format,
 *   private-use, unassigned or invisible characters, no lone surrogates, no noncharacters (the
 *   store jumps over a sub-tree with U+10FFFF, so no key may hold it);
 * - in Unicode form NFKC: one string is never two names by its spelling alone;
 * - letter case is kept.
 *
 * `?`, `#`, `%`, `*` and `+` are characters like any other here: a KV key may hold them when the
 * client percent-encodes them, and rules of a policy match them literally.
 */
import { isLongerThan, utf8Length } from '../encoding/utf8.ts';
import { failure, type StrongBoxError } from '../errors/failure.ts';
import { nameBytesMax, pathBytesMax } from '../limits.ts';
import { unprintableIn } from './characters.ts';

declare const canonical: unique symbol;

export type CanonicalPath = string & { readonly [canonical]: true };

const SLASH = 0x2f;
const DOT = 0x2e;
const BACKSLASH = 0x5c;
const DELETE = 0x7f;

/** Any triplet of ASCII: a hexadecimal digit can be encoded itself (`%2%65` for `%2e`). */
const ASCII_TRIPLET = /%[0-7][0-9a-f]/gi;

/**
 * Checks the path below `/v1/` after one percent-decoding (see decodeRequestPath) and returns it
 * under its brand, unchanged: nothing is repaired, so no two spellings lead to one path.
 * Throws `path.invalid` and `path.too-long`.
 */
export function canonicalPath(raw: string): CanonicalPath {
  // A UTF-16 unit is at least one byte: refused before anything walks over a huge string.
  if (raw.length > pathBytesMax) throw failure('path.too-long', { pathBytesMax });
  if (!isPlainAscii(raw)) checkCharacters(raw);
  if (isLongerThan(raw, pathBytesMax)) throw failure('path.too-long', { pathBytesMax });
  checkSegments(raw);
  if (raw.includes('%')) checkFurtherDecoding(raw);
  return raw as CanonicalPath;
}

/**
 * The same path as a folder (what LIST and SCAN name): with one trailing slash. Throws
 * `path.too-long`.
 */
export function asFolder(path: CanonicalPath): CanonicalPath {
  if (path.endsWith('/')) return path;
  if (utf8Length(path) >= pathBytesMax) throw failure('path.too-long', { pathBytesMax });
  return `${path}/` as CanonicalPath;
}

/** The same path without its trailing slash. */
export function withoutTrailingSlash(path: CanonicalPath): CanonicalPath {
  return path.endsWith('/') ? (path.slice(0, -1) as CanonicalPath) : path;
}

/** Graphic ASCII, space included, and no backslash: what nearly every path consists of. */
function isPlainAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x20 || unit >= DELETE || unit === BACKSLASH) return false;
  }
  return true;
}

function checkCharacters(raw: string): void {
  if (raw.includes('\\')) throw invalid('path cannot contain a backslash');
  const problem = unprintableIn(raw);
  if (problem !== undefined) throw invalid(`path cannot contain ${problem}`);
}

function checkSegments(raw: string): void {
  if (raw === '') throw invalid('path is empty');
  if (raw.charCodeAt(0) === SLASH) throw invalid('path cannot begin with a slash');
  let start = 0;
  for (let index = 0; index <= raw.length; index += 1) {
    if (index < raw.length && raw.charCodeAt(index) !== SLASH) continue;
    checkSegment(raw, start, index);
    start = index + 1;
  }
}

function checkSegment(raw: string, start: number, end: number): void {
  // Only the end of a folder's path is an empty segment that means something.
  if (start === end && end !== raw.length) throw invalid('path cannot contain an empty segment');
  if (isDots(raw, start, end)) throw climbs();
  if (isLongerThan(raw.slice(start, end), nameBytesMax)) {
    throw invalid(`a segment of the path is longer than ${nameBytesMax} bytes`);
  }
}

/** Whether the segment is `.` or `..`. */
function isDots(raw: string, start: number, end: number): boolean {
  const length = end - start;
  if (length !== 1 && length !== 2) return false;
  return raw.charCodeAt(start) === DOT && raw.charCodeAt(end - 1) === DOT;
}

/**
 * A proxy, an engine or a client behind us may decode once more: refuses what would climb then.
 * Each round shortens the text, and the text is at most `pathBytesMax` long, so this ends.
 */
function checkFurtherDecoding(raw: string): void {
  let text = raw;
  for (;;) {
    const decoded = text.replaceAll(ASCII_TRIPLET, decodeTriplet);
    if (decoded === text) return;
    text = decoded;
    for (const segment of text.split(/[/\\]/)) {
      if (segment === '.' || segment === '..') throw climbs();
    }
  }
}

function decodeTriplet(triplet: string): string {
  return String.fromCharCode(Number.parseInt(triplet.slice(1), 16));
}

function climbs(): StrongBoxError {
  return invalid('path cannot contain parent references');
}

function invalid(reason: string): StrongBoxError {
  return failure('path.invalid', { reason });
}
