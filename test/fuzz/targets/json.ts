/** The JSON reader, against the platform's own parser as an independent oracle (F-39). */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { utf8Encode } from '../../../shared/encoding/utf8.ts';
import { StrongBoxError } from '../../../shared/errors/failure.ts';
import { parseJson } from '../../../shared/json/parse.ts';
import type { JsonValue } from '../../../shared/json/value.ts';
import { platform } from '../../shared/json/platform.ts';
import { damaged, type Target, textOf } from '../target.ts';

const parseText = (text: string): JsonValue => parseJson(utf8Encode(text));

export const wholeJson = fc.property(fc.json({ maxDepth: 6, stringUnit: 'grapheme' }), (text) => {
  let value: JsonValue;
  try {
    value = parseText(text);
  } catch (error) {
    assert.ok(error instanceof StrongBoxError && error.code === 'json.number-too-large', text);
    return;
  }
  assert.deepEqual(value, platform(text));
});

const pieces = [
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
];

export const nearJson = fc.property(textOf(pieces, 9), (text) => {
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
});

/** Both accept the bytes and make the same of them, or both refuse; ours may be stricter. */
export function checkAgainstPlatform(bytes: Uint8Array): void {
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
    const stricter = ['json.duplicate-key', 'json.number-too-large'];
    if (halfPair.test(new TextDecoder().decode(bytes))) stricter.push('json.invalid');
    assert.ok(stricter.includes(error.code), error.code);
  }
}

/** An escape that may be half a surrogate pair, which the platform takes alone. */
const halfPair = /\\u[dD][89a-fA-F]/u;

/** A text in which each thing that JSON has stands once. */
export const jsonSample: Uint8Array = utf8Encode(
  '{"a":[1,-2.5e3,"x\\n\\u00e9é"],"b":{"c":null,"d":true}}',
);

const damagedJson = fc.property(damaged(jsonSample), ({ bytes }) => checkAgainstPlatform(bytes));

/** A key as JSON, every character as an escape: another spelling of the same. */
function escaped(key: string): string {
  const units = Array.from({ length: key.length }, (_, at) =>
    key.charCodeAt(at).toString(16).padStart(4, '0'),
  );
  return `"${units.map((unit) => `\\u${unit}`).join('')}"`;
}

const key = fc.string({ unit: 'grapheme', maxLength: 5 });

/** The platform keeps the last of two; what is silently dropped can be what was checked. */
const repeatedKeys = fc.property(
  fc.uniqueArray(key, { minLength: 1, maxLength: 6 }),
  fc.nat(),
  fc.boolean(),
  fc.nat({ max: 20 }),
  (keys, which, spellsItOtherwise, depth) => {
    const twice = keys[which % keys.length] ?? '';
    const members = keys.map((each) => `${JSON.stringify(each)}:1`);
    const again = `${spellsItOtherwise ? escaped(twice) : JSON.stringify(twice)}:2`;
    const nested = (inner: string): string => `${'['.repeat(depth)}${inner}${']'.repeat(depth)}`;
    assert.doesNotThrow(() => parseText(nested(`{${members.join(',')}}`)));
    const text = nested(`{${[...members, again].join(',')}}`);
    assert.throws(() => parseText(text), { code: 'json.duplicate-key' }, text);
  },
);

export const jsonTargets: readonly Target[] = [
  {
    name: 'json/whole',
    claim: 'the value of a JSON text is the value that the platform reads',
    testRuns: 500,
    prepare: () => wholeJson,
  },
  {
    name: 'json/near',
    claim: 'of texts that are nearly JSON the platform accepts the same',
    testRuns: 2_000,
    prepare: () => nearJson,
  },
  {
    name: 'json/repeated-key',
    claim: 'a key that stands twice is refused, however it is spelled',
    testRuns: 500,
    prepare: () => repeatedKeys,
  },
  {
    name: 'json/damaged',
    claim: 'damaged bytes are read as the platform reads them, or refused',
    testRuns: 1_000,
    prepare: () => damagedJson,
  },
];
