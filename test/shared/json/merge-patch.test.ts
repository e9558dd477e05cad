import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergePatch } from '../../../shared/json/merge-patch.ts';
import type { JsonObject, JsonValue } from '../../../shared/json/value.ts';

/** The rows of RFC 7396, appendix A, whose patch is an object. */
const rows: readonly (readonly [JsonValue, JsonObject, JsonValue])[] = [
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

test('the examples of RFC 7396 come out as printed there', () => {
  for (const [target, patch, result] of rows) {
    assert.equal(JSON.stringify(mergePatch(target, patch)), JSON.stringify(result));
  }
});

test('neither target nor patch is changed', () => {
  const target = Object.freeze({ a: Object.freeze({ b: 1 }) });
  const patch = Object.freeze({ a: Object.freeze({ b: null, c: 2 }) });
  assert.equal(JSON.stringify(mergePatch(target, patch)), '{"a":{"c":2}}');
});

test('names of the prototype are names like any other', () => {
  const patch = JSON.parse('{"__proto__":{"admin":true},"constructor":{"prototype":1}}');
  const merged = mergePatch(JSON.parse('{"__proto__":{"x":1}}'), patch);
  assert.equal(
    JSON.stringify(merged),
    '{"__proto__":{"x":1,"admin":true},"constructor":{"prototype":1}}',
  );
  assert.equal((merged as { admin?: boolean }).admin, undefined);
  assert.equal(({} as { admin?: boolean }).admin, undefined);
});
