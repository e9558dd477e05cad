import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pathBytesMax } from '../../../shared/limits.ts';
import { asFolder, canonicalPath, withoutTrailingSlash } from '../../../shared/path/canonical.ts';
import { decodeRequestPath } from '../../../shared/path/decode.ts';
import {
  checkWireString,
  fromWire,
  hostileAlphabet,
  unicodePaths,
  wireStrings,
} from '../../fuzz/targets/path.ts';

test('CVE-2026-3605: parent references are refused in every spelling of the wire', () => {
  const refused = [
    '.',
    './',
    '..',
    '/./',
    '../',
    '/../',
    'a/.',
    'a/..',
    'a/./b',
    'a/../b',
    'a/./',
    'a/../',
    '%2e%2e',
    '%2E.',
    '.%2e',
    '..%2f',
    '%2e%2e%2f',
    '%252e%252e',
    '%25252e%25252e',
    '\\..\\',
    '..%5c',
    '%5c..%5c',
    '..%255c',
    'a/%2e%2e/b',
    'a/..%252fb',
    'a%2f..%2fb',
    'a%252f..%252fb',
    'a/%2e',
    'a/%252e',
    'a/%252%2565%252%2565/b',
    'a/%25252%2565./b',
    'a/.%25%2532%2565/b',
    '%252%2546..%252%2546b',
    'a%2f%2fb',
    'a//b',
    '/a',
    '//',
    '/',
    '',
  ];
  for (const target of refused) assert.equal(fromWire(target), undefined, JSON.stringify(target));
});

test('CVE-2026-3605: dots that are no parent reference stay as they are', () => {
  const kept = ['.../a', 'a/.../b', 'user..aaa', 'a..', '..a', 'a/.b', 'a/b.', '.well-known/x'];
  for (const target of kept) assert.equal(fromWire(target), target);
});

test('a KV key may hold ?, #, %, *, + and space when they are percent-encoded', () => {
  assert.equal(fromWire('secret/a%3Fb%23c'), 'secret/a?b#c');
  assert.equal(fromWire('secret/100%25'), 'secret/100%');
  assert.equal(fromWire('secret/*+%20x'), 'secret/*+ x');
  assert.equal(fromWire('secret/a?b'), undefined);
  assert.equal(fromWire('secret/a#b'), undefined);
});

test('an encoded slash is a separator after the one decoding', () => {
  assert.equal(fromWire('secret%2Fa%2fb'), 'secret/a/b');
});

test('letter case is kept', () => {
  assert.equal(fromWire('auth/cert/certs/AdMiN'), 'auth/cert/certs/AdMiN');
});

test('bad escapes, bad UTF-8, NUL and raw bytes outside graphic ASCII are refused', () => {
  const refused = [
    '%',
    'a%2',
    'a%zz',
    'a%2',
    '%c3',
    '%c3%28',
    '%ff',
    '%c0%ae',
    '%ed%a0%80',
    '%f4%90%80%80',
    '%00',
    'a%00b',
    'a b',
    'a\tb',
    'a\nb',
    'a\x7f',
    'é',
    'a\u0100',
  ];
  for (const target of refused) assert.equal(fromWire(target), undefined, JSON.stringify(target));
});

test('characters that cannot be printed are refused, above U+FFFF too', () => {
  const refused = [
    '\u0001',
    '\u007f',
    '\u0085',
    '\u00a0',
    '\u00ad',
    '\u200b',
    '\u202e',
    '\u2028',
    '\ufeff',
    '\ue000',
    '\ufffe',
    '\uffff',
    '\u{10ffff}',
    '\u{1fffe}',
    '\u{e0001}',
    '\u034f',
    '\u115f',
    '\u1160',
    '\u180b',
    '\ufe0f',
    '\u{e0100}',
    '\ud800',
    '\udc00a',
  ];
  for (const character of refused) {
    assert.throws(() => canonicalPath(`secret/${character}`), { code: 'path.invalid' });
  }
  for (const text of ['secret/é', 'secret/日本', 'secret/😀', 'secret/ß']) {
    assert.equal(canonicalPath(text), text);
  }
});

test('a character with a second spelling is refused', () => {
  const refused = ['e\u0301', '\u212a', 'ｒｏｏｔ', 'ﬁ', '²', '\u1e9b\u0323', '\u2126'];
  for (const text of refused) {
    assert.throws(() => canonicalPath(`secret/${text}`), { code: 'path.invalid' });
  }
});

test('length counts UTF-8 bytes, of the whole path and of each segment', () => {
  const longest = `${'a'.repeat(199)}/${'a'.repeat(pathBytesMax - 200)}`;
  assert.equal(canonicalPath(longest), longest);
  assert.throws(() => canonicalPath(`${longest}a`), { code: 'path.too-long' });
  assert.throws(() => canonicalPath('é/'.repeat(134)), { code: 'path.too-long' });
  assert.throws(() => canonicalPath('a'.repeat(257)), { code: 'path.invalid' });
  assert.throws(() => canonicalPath('é'.repeat(129)), { code: 'path.invalid' });
  assert.throws(() => asFolder(canonicalPath(longest)), { code: 'path.too-long' });
  assert.throws(() => decodeRequestPath('a'.repeat(10_000)), { code: 'path.too-long' });
});

test('errors say what is wrong and never repeat the path', () => {
  assert.throws(
    () => canonicalPath('hunter2/../x'),
    (error: Error) => {
      assert.equal(
        error.message,
        'the path is not canonical: path cannot contain parent references',
      );
      return true;
    },
  );
});

test('a folder has one trailing slash', () => {
  const folder = canonicalPath('a/b/');
  assert.equal(withoutTrailingSlash(folder), 'a/b');
  assert.equal(withoutTrailingSlash(canonicalPath('a/b')), 'a/b');
  assert.equal(asFolder(canonicalPath('a/b')), 'a/b/');
  assert.equal(asFolder(folder), folder);
  const longest = canonicalPath(`${'a/'.repeat(pathBytesMax / 2 - 1)}aa`);
  assert.throws(() => asFolder(longest), { code: 'path.too-long' });
});

function checkAllStrings(lengthMax: number, prefix = ''): void {
  checkWireString(prefix);
  if (prefix.length === lengthMax) return;
  for (const character of hostileAlphabet) checkAllStrings(lengthMax, prefix + character);
}

test('F-41: every string of the alphabet is refused or canonical', () => {
  checkAllStrings(process.env['STRONGBOX_TEST_FULL'] === undefined ? 4 : 6);
});

test('F-41: random longer strings of the alphabet are refused or canonical', () => {
  fc.assert(wireStrings, { numRuns: 5_000 });
});

test('random Unicode is refused or canonical', () => {
  fc.assert(unicodePaths, { numRuns: 2_000 });
});
