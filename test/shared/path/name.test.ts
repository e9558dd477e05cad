import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nameBytesMax } from '../../../shared/limits.ts';
import { canonicalName, hasWordEnds } from '../../../shared/path/name.ts';

test('a name folds ASCII letters only, and keeps them on demand', () => {
  assert.equal(canonicalName('Team-A.read_only'), 'team-a.read_only');
  assert.equal(canonicalName('Team-A', 'keep'), 'Team-A');
  assert.equal(canonicalName('Hermes Conrad'), 'hermes conrad');
  assert.equal(canonicalName('alice@example.com'), 'alice@example.com');
  assert.equal(canonicalName('É'), 'É');
  assert.equal(canonicalName('İstanbul'), 'İstanbul');
});

test('CVE-2025-5999: every odd spelling of root is refused, or is root', () => {
  for (const raw of ['rooT', 'Root', 'rOoT', 'root']) assert.equal(canonicalName(raw), 'root');
  const refused = [
    'root ',
    ' root',
    'root\u00a0',
    'root\ufeff',
    'ｒｏｏｔ',
    'a,root',
    'root\n',
    'root\0',
  ];
  for (const raw of refused) {
    assert.throws(() => canonicalName(raw), { code: 'path.name-invalid' });
  }
});

test('CVE-2025-49829: separators of any of our languages are refused in names', () => {
  const refused = [
    '',
    '.',
    '..',
    'a/b',
    'a:b',
    'a\\b',
    'a%2fb',
    'a\nb',
    'a*',
    'a+b',
    'a{b}',
    'a"b',
    'a?b',
    'a#b',
    '-a',
    'a-',
    'a.',
    '@a',
    '\u212a',
    'e\u0301',
    '\ud800',
    '\u{10ffff}',
    'a\u202eb',
  ];
  for (const raw of refused) {
    assert.throws(() => canonicalName(raw), { code: 'path.name-invalid' }, JSON.stringify(raw));
  }
});

test('a name has a limit in bytes', () => {
  assert.equal(canonicalName('a'.repeat(nameBytesMax)).length, nameBytesMax);
  assert.throws(() => canonicalName('a'.repeat(nameBytesMax + 1)), { code: 'path.name-invalid' });
  assert.throws(() => canonicalName('é'.repeat(nameBytesMax / 2 + 1)), {
    code: 'path.name-invalid',
  });
});

test('a canonical name is its own canonical name', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (raw) => {
      let name: string;
      try {
        name = canonicalName(raw);
      } catch {
        return;
      }
      assert.equal(canonicalName(name), name);
      assert.doesNotMatch(name, /[A-Z/:,%\\]/);
      assert.ok(hasWordEnds(name));
    }),
    { numRuns: 2_000 },
  );
});
