import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8Decode, utf8Encode } from '../../../shared/encoding/utf8.ts';
import { parseJson } from '../../../shared/json/parse.ts';
import { takeJsonBytes } from '../../../shared/json/take-bytes.ts';

test('the value is copied out and overwritten in the body, which still parses', () => {
  const body = utf8Encode(' {"nonce":"n", "key" : "c2hhcmU=","reset":false,"x":{"key":"other"}}');
  const value = takeJsonBytes(body, 'key');
  assert.equal(utf8Decode(value ?? new Uint8Array()), 'c2hhcmU=');
  assert.equal(
    utf8Decode(body),
    ' {"nonce":"n", "key" : "********","reset":false,"x":{"key":"other"}}',
  );
  assert.equal(JSON.stringify(parseJson(body)).includes('c2hh'), false);
  assert.notEqual(value?.buffer, body.buffer);
});

test('an absent, null or empty field, and a body that is no object, give nothing', () => {
  for (const text of [
    '{}',
    '{"other":"x"}',
    '{"key":null}',
    '{"key":""}',
    '[]',
    '"key"',
    '[{"key":"x"}]',
    '{"a":{"key":"x"}}',
  ]) {
    assert.equal(takeJsonBytes(utf8Encode(text), 'key'), undefined, text);
  }
});

test('a field is found in any letter case and however its name is escaped', () => {
  for (const name of ['kEy', 'KEY', 'k\\u0065y', '\\u004b\\u0045\\u0059']) {
    const body = utf8Encode(`{"${name}":"abc"}`);
    assert.equal(utf8Decode(takeJsonBytes(body, 'key') ?? new Uint8Array()), 'abc', name);
    assert.equal(utf8Decode(body), `{"${name}":"***"}`);
  }
  // The Kelvin sign is no K.
  for (const name of ['\\u212aey', '\u212aey', 'ke', 'keyy', '']) {
    assert.equal(takeJsonBytes(utf8Encode(`{"${name}":"abc"}`), 'key'), undefined, name);
  }
  assert.throws(() => takeJsonBytes(utf8Encode('{"key":"a","KEY":"b"}'), 'key'), {
    code: 'json.duplicate-key',
  });
});

test('what was taken is gone: the same field again gives nothing', () => {
  const body = utf8Encode('{"Key":"abc"}');
  assert.ok(takeJsonBytes(body, 'key'));
  for (const name of ['key', 'Key', 'KEY']) assert.equal(takeJsonBytes(body, name), undefined);
});

test('a value that is no string of plain ASCII is refused and never repeated', () => {
  for (const value of [
    '1',
    'true',
    '["hunter2"]',
    '{"a":1}',
    '"hunter2\\n"',
    '"hunt\\u0065r2"',
    '"é"',
    '"\u007f"',
  ]) {
    assert.throws(() => takeJsonBytes(utf8Encode(`{"key":${value}}`), 'key'), {
      code: 'json.secret-escaped',
      message: 'field "key" must be a string of plain ASCII without escapes',
    });
  }
});

test('a body that is not valid JSON, or gives the field twice, is refused whole', () => {
  assert.throws(() => takeJsonBytes(utf8Encode('{"key":"abc"'), 'key'), { code: 'json.invalid' });
  assert.throws(() => takeJsonBytes(utf8Encode('{"key":"a","key":"b"}'), 'key'), {
    code: 'json.duplicate-key',
  });
  const body = utf8Encode('{"key":"abc"}x');
  assert.throws(() => takeJsonBytes(body, 'key'), { code: 'json.invalid' });
  assert.equal(utf8Decode(body), '{"key":"abc"}x');
});
