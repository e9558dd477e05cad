import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseJson } from '../../../shared/json/parse.ts';
import { takeJsonObject } from '../../../shared/json/take-value.ts';

function take(text: string): { readonly taken: string | undefined; readonly left: string } {
  const bytes = new TextEncoder().encode(text);
  const taken = takeJsonObject(bytes, ['params', 'body']);
  return {
    taken: taken === undefined ? undefined : new TextDecoder().decode(taken),
    left: new TextDecoder().decode(bytes),
  };
}

const cases: readonly (readonly [text: string, taken: string | undefined])[] = [
  ['{"params":{"body":{"key":"}\\"{"}}}', '{"key":"}\\"{"}'],
  ['{"params":{"body":{}}}', '{}'],
  ['{"a":{"body":{"x":1}},"params":{"b":[{"body":{"y":1}}],"body":{"z":[{}]}}}', '{"z":[{}]}'],
  ['{"params":{"body":{"a":1}},"body":{"b":2}}', '{"a":1}'],
  ['{"params":{"a":1},"b":{"body":{"c":1}}}', undefined],
  ['{"params":[{"body":{"a":1}}]}', undefined],
  ['{"params":{"body":[{"a":1}]}}', undefined],
  ['{"params":{"body":"text"}}', undefined],
  ['{"params":{"b\\u006fdy":{"a":1}}}', undefined],
  ['{"params":{"body2":{"a":1},"bod":{}}}', undefined],
  ['[]', undefined],
];

test('the object at the path is taken as the bytes it is written in, and nothing of it stays', () => {
  for (const [text, expected] of cases) {
    const { taken, left } = take(text);
    assert.equal(taken, expected, text);
    if (expected === undefined) assert.equal(left, text);
    else {
      assert.equal(left.length, text.length);
      assert.equal(left.replaceAll(' ', ''), text.replace(expected, '{}'));
    }
  }
});

test('a text that is no JSON is refused as parsing refuses it', () => {
  for (const text of ['', '{"params":{"body":{', '{"params":{"body":{}}} x', '{"a":01}']) {
    assert.throws(() => take(text), { code: 'json.invalid' });
  }
});

const plain = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.array(fc.string()),
  fc.dictionary(fc.string(), fc.array(fc.boolean())),
);

test('what is taken and what is left are together what was there', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), plain),
      fc.dictionary(
        fc.string().filter((name) => name !== 'body'),
        plain,
      ),
      fc.constantFrom(undefined, 1, 2),
      (body, others, indent) => {
        const text = JSON.stringify({ id: 1, params: { ...others, body } }, null, indent);
        const bytes = new TextEncoder().encode(text);
        const taken = takeJsonObject(bytes, ['params', 'body']);
        assert.ok(taken !== undefined);
        assert.equal(JSON.stringify(parseJson(taken)), JSON.stringify(body));
        const left = JSON.stringify(parseJson(bytes));
        assert.equal(left, JSON.stringify({ id: 1, params: { ...others, body: {} } }));
      },
    ),
    { numRuns: 200 },
  );
});
