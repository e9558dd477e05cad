import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { utf8Encode } from '../../../shared/encoding/utf8.ts';
import { jsonDepthMax } from '../../../shared/limits.ts';
import { parseJson } from '../../../shared/json/parse.ts';
import { canonicalJson, stringifyJson } from '../../../shared/json/stringify.ts';
import type { JsonValue } from '../../../shared/json/value.ts';

test('what was parsed is written as it was', () => {
  const text = '{"b":1,"a":[true,null,"é\\n",1.5],"__proto__":{"x":""}}';
  assert.equal(stringifyJson(parseJson(utf8Encode(text))), text);
});

test('canonical JSON sorts keys by UTF-16 code unit, integer-like ones too', () => {
  // RFC 8785 section 3.2.3, without its control character.
  const value = parseJson(
    utf8Encode(
      '{"\u20ac":"Euro Sign","\\r":"CR","1":"One","\u{1f600}":"Smiley","10":"Ten","ö":"o"}',
    ),
  );
  assert.equal(
    canonicalJson(value),
    '{"\\r":"CR","1":"One","10":"Ten","ö":"o","\u20ac":"Euro Sign","\u{1f600}":"Smiley"}',
  );
  assert.equal(
    canonicalJson([1e21, 0.002, 1e-27, -0, 333333333.33333329]),
    '[1e+21,0.002,1e-27,0,333333333.3333333]',
  );
});

test('canonical JSON is the same for every order of keys', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 8 }), (keys) => {
      const build = (order: string[]): JsonValue =>
        Object.fromEntries(order.map((key) => [key, key.length]));
      assert.equal(canonicalJson(build(keys)), canonicalJson(build(keys.toReversed())));
    }),
  );
});

test('canonical JSON parses to the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      assert.deepEqual(
        JSON.parse(canonicalJson(value as JsonValue)),
        JSON.parse(JSON.stringify(value)),
      );
    }),
  );
});

test('a value too deep for other writers is refused, an envelope around the deepest body is not', () => {
  const nest = (depth: number): JsonValue => {
    let value: JsonValue = [];
    for (let level = 1; level < depth; level += 1) value = [value];
    return value;
  };
  assert.equal(stringifyJson({ data: { data: nest(jsonDepthMax) } }).length, 2 * jsonDepthMax + 18);
  for (const write of [stringifyJson, canonicalJson]) {
    assert.throws(() => write(nest(jsonDepthMax + 20)), { code: 'json.too-deep' });
    assert.throws(() => write(nest(20_000)), { code: 'json.too-deep' });
  }
});

test('a number that is not finite or a missing value is our own mistake', () => {
  assert.throws(() => stringifyJson(Number.NaN), { name: 'AssertionFailure' });
  assert.throws(() => stringifyJson({ a: undefined } as unknown as JsonValue), {
    name: 'AssertionFailure',
  });
});
