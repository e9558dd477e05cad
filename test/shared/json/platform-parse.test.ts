import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseJson } from '../../../shared/json/parse.ts';
import { platformParse } from '../../../shared/json/platform-parse.ts';
import { isJsonObject, type JsonValue } from '../../../shared/json/value.ts';

/** Texts whose keys are, as values, what the keys below begin with as raw texts. */
const remembered = ['{"a":1,"\\\\u":2}', '{"a":1,"\\\\u004":2}', '{"a":1,"\\\\n":2}'];

/** Makes the platform's parser remember them; the second time counts. */
function poison(): void {
  for (const text of [...remembered, ...remembered]) JSON.parse(text);
}

test('a key with escapes is what it says, whatever was parsed before', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['{"a":1,"\\ud83d\\ude00":2}', '😀'],
    ['{"a":1,"\\u0041dmin":2}', 'Admin'],
    ['{"a":1,"\\n\\n":2}', '\n\n'],
  ];
  for (const [text, key] of rows) {
    poison();
    assert.deepEqual(Object.keys(platformParse(text) as object), ['a', key]);
    poison();
    assert.deepEqual(Object.keys(parseJson(Buffer.from(text)) as object), ['a', key]);
  }
});

test('two different keys never become one, so nobody’s text ends the process', () => {
  poison();
  const value = parseJson(Buffer.from('{"a":1,"\\ud83d\\ude00":2,"\\\\u":3}'));
  assert.equal(JSON.stringify(value), '{"a":1,"😀":2,"\\\\u":3}');
});

/** JSON with every character of every key as an escape: the way around is taken. */
function withEscapedKeys(value: JsonValue, space: string): string {
  const inner = (element: JsonValue): string => withEscapedKeys(element, space);
  if (Array.isArray(value)) return `[${space}${value.map(inner).join(`,${space}`)}${space}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, element]) => {
    const units = Array.from({ length: key.length }, (_, at) => key.charCodeAt(at));
    const escaped = units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
    return `"${escaped}"${space}:${space}${inner(element)}`;
  });
  return `{${space}${members.join(`${space},`)}${space}}`;
}

test('every value comes out as the platform alone would have it', () => {
  const key = fc.oneof(fc.string(), fc.constantFrom('\\u', '\n', '"', '__proto__', '\ud83d\ude00'));
  const value = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(null, true, false, -0.5, 1e21, 0),
      fc.string(),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    ),
  })).value;
  fc.assert(
    fc.property(value, fc.constantFrom('', ' ', '\n\t'), (original, space) => {
      const plain = JSON.stringify(original);
      assert.equal(JSON.stringify(platformParse(plain)), plain);
      assert.equal(JSON.stringify(platformParse(withEscapedKeys(original, space))), plain);
    }),
    { numRuns: 500 },
  );
});

test('what is no JSON is refused as the platform refuses it', () => {
  for (const text of ['', '{', '{"a\\n":}', '[1,]', '"\\x"', '{"\\n":1}x']) {
    assert.throws(() => platformParse(text), SyntaxError);
  }
});
