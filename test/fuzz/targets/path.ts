/** Paths: from the wire to the one canonical form (F-41). */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isFailure } from '../../../shared/errors/failure.ts';
import { pathBytesMax } from '../../../shared/limits.ts';
import { type CanonicalPath, canonicalPath } from '../../../shared/path/canonical.ts';
import { decodeRequestPath } from '../../../shared/path/decode.ts';
import type { Target } from '../target.ts';

/** The canonical path of what stands on the wire, or undefined if it is refused. */
export function fromWire(target: string): CanonicalPath | undefined {
  try {
    return canonicalPath(decodeRequestPath(target));
  } catch (error) {
    assert.ok(isFailure(error, 'path.invalid') || isFailure(error, 'path.too-long'), String(error));
    return undefined;
  }
}

/** What paths can be mistaken with. */
export const hostileAlphabet: readonly string[] = [
  'a',
  'A',
  '/',
  '.',
  '%',
  '2',
  'e',
  'f',
  '*',
  '+',
  ' ',
  '\0',
  'é',
  '\\',
];

/** Full percent-decoding to a fixpoint, then the question the rule asks: written independently. */
function climbs(text: string): boolean {
  let before: string;
  let after = text;
  do {
    before = after;
    after = before.replace(/%([0-9a-fA-F]{2})/g, (_, hex) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  } while (after !== before);
  return after.split(/[\\/]/).some((segment) => segment === '.' || segment === '..');
}

/** The rules of F-41 for one string, as a client would put it into a path. */
export function checkWireString(text: string): void {
  const target = text.replaceAll(' ', '%20').replaceAll('\0', '%00').replaceAll('é', '%C3%A9');
  const path = fromWire(target);
  if (path === undefined) return;
  assert.equal(canonicalPath(path), path, 'canonicalising is idempotent');
  assert.ok(!climbs(path), JSON.stringify(path));
  assert.doesNotMatch(path, /^\/|\/\/|\\|\0/);
  assert.equal(fromWire(encodeURIComponent(path)), path, 'one name, one path');
}

const wireString = fc.string({
  unit: fc.constantFrom(...hostileAlphabet),
  minLength: 5,
  maxLength: 40,
});

export const wireStrings = fc.property(wireString, checkWireString);

export const unicodePaths = fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
  let path: CanonicalPath;
  try {
    path = canonicalPath(text);
  } catch (error) {
    assert.ok(isFailure(error, 'path.invalid') || isFailure(error, 'path.too-long'), String(error));
    return;
  }
  assert.equal(path.normalize('NFC'), path);
  assert.equal(path.normalize('NFKC'), path);
  assert.ok(new TextEncoder().encode(path).length <= pathBytesMax);
  assert.equal(fromWire(encodeURIComponent(path)), path);
});

export const pathTargets: readonly Target[] = [
  {
    name: 'path/wire',
    claim: 'a string on the wire is refused, or has one canonical path that climbs nowhere',
    testRuns: 1_000,
    prepare: () => wireStrings,
  },
  {
    name: 'path/unicode',
    claim: 'a Unicode path is refused, or is its only spelling',
    testRuns: 1_000,
    prepare: () => unicodePaths,
  },
];
