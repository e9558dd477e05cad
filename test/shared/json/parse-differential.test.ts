import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { utf8Encode } from '../../../shared/encoding/utf8.ts';
import { StrongBoxError } from '../../../shared/errors/failure.ts';
import { parseJson } from '../../../shared/json/parse.ts';
import type { JsonValue } from '../../../shared/json/value.ts';
import { platform } from './platform.ts';

const parseText = (text: string): JsonValue => parseJson(utf8Encode(text));

test('F-39: on random JSON the value is the platform value, in objects without prototype', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6, stringUnit: 'grapheme' }), (text) => {
      let value: JsonValue;
      try {
        value = parseText(text);
      } catch (error) {
        assert.ok(error instanceof StrongBoxError && error.code === 'json.number-too-large', text);
        return;
      }
      assert.deepEqual(value, platform(text));
    }),
    { numRuns: 2_000 },
  );
});

test('F-39: on random near-JSON both parsers accept the same texts', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '"a"',
    '"b"',
    '0',
    '1',
    '-',
    '.',
    'e',
    'true',
    'null',
    ' ',
    '\\',
    '\\u00e9',
    'é',
    '\n',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
      const text = pieces.join('');
      let expected: unknown;
      try {
        expected = platform(text);
      } catch {
        assert.throws(() => parseText(text), { code: 'json.invalid' }, text);
        return;
      }
      try {
        assert.deepEqual(parseText(text), expected);
      } catch (error) {
        assert.ok(error instanceof StrongBoxError && error.code === 'json.duplicate-key', text);
      }
    }),
    { numRuns: 20_000 },
  );
});

test('F-39: a text with one byte changed is accepted by both parsers or by none', () => {
  const bytes = utf8Encode('{"a":[1,-2.5e3,"x\\n\\u00e9é"],"b":{"c":null,"d":true}}');
  for (let at = 0; at < bytes.length; at += 1) {
    for (let byte = 0; byte < 256; byte += 1) {
      const changed = Uint8Array.from(bytes);
      changed[at] = byte;
      checkAgainstPlatform(changed);
    }
  }
});

function checkAgainstPlatform(bytes: Uint8Array): void {
  let expected: unknown;
  try {
    expected = platform(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    assert.throws(() => parseJson(bytes), StrongBoxError);
    return;
  }
  try {
    assert.deepEqual(parseJson(bytes), expected);
  } catch (error) {
    assert.ok(error instanceof StrongBoxError, String(error));
    assert.ok(['json.duplicate-key', 'json.number-too-large'].includes(error.code));
  }
}
