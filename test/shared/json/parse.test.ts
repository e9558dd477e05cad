import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8Encode } from '../../../shared/encoding/utf8.ts';
import type { StrongBoxError } from '../../../shared/errors/failure.ts';
import { jsonDepthMax, jsonTokensMax } from '../../../shared/limits.ts';
import { parseJson } from '../../../shared/json/parse.ts';
import { isJsonObject, type JsonValue } from '../../../shared/json/value.ts';
import { platform } from './platform.ts';

const parseText = (text: string): JsonValue => parseJson(utf8Encode(text));

const ACCEPTED = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '1',
  '-1',
  '1.5',
  '1e5',
  '1E+5',
  '1e-5',
  '123.456e-7',
  '0e1',
  '9007199254740991',
  '-9007199254740991',
  '1e300',
  '0.10000000000000000000000001',
  '123e65',
  '""',
  '"a"',
  '"\\""',
  '"\\\\"',
  '"\\/\\b\\f\\n\\r\\t"',
  '"\\u0000"',
  '"\\u00e9"',
  '"\\uD83D\\uDE00"',
  '"\\ud83d\\ude00x"',
  '"\u007f"',
  '"\u2028"',
  '"\uffff"',
  '"é"',
  '"😀"',
  '"\u{10ffff}"',
  '[]',
  '[ ]',
  '[1]',
  '[1,2]',
  '[[]]',
  '[null,true,false,"",0,[],{}]',
  '{}',
  '{ }',
  '{"a":1}',
  '{"":0}',
  '{"a":1,"b":[2]}',
  ' \t\r\n{ "a" : [ 1 , 2 ] } \n',
  '{"a":{"a":1}}',
  '[{"a":1},{"a":2}]',
  '{"constructor":1,"toString":2,"hasOwnProperty":3}',
  '"asd "',
  '[1 ]',
  '{"\\u0061b":1}',
  '"/*x*/"',
  '[2,1]',
  '{"2":1,"b":2,"1":3}',
];

test('what is JSON is accepted, with the value the platform gives it', () => {
  for (const text of ACCEPTED) assert.deepEqual(parseText(text), platform(text), text);
});

const INVALID = [
  '',
  ' ',
  '{',
  '}',
  '[',
  ']',
  '[1',
  '[1,',
  '[1,]',
  '[,1]',
  '[1 2]',
  '[1,,2]',
  '{"a"}',
  '{"a":}',
  '{"a":1',
  '{"a":1,',
  '{"a":1,}',
  '{,"a":1}',
  '{"a" 1}',
  '{"a"::1}',
  '{a:1}',
  "{'a':1}",
  '{1:1}',
  '{null:1}',
  '{"a":1 "b":2}',
  '1 2',
  '[] []',
  '{}x',
  'nul',
  'nulll',
  'True',
  'tru',
  'NaN',
  'Infinity',
  '-Infinity',
  '+1',
  '-',
  '--1',
  '01',
  '-01',
  '00',
  '1.',
  '.1',
  '-.1',
  '1.e1',
  '1e',
  '1e+',
  '1E',
  '0x10',
  '1_000',
  '1a',
  '"',
  '"a',
  '"\\"',
  '"\\',
  '"\\x41"',
  '"\\a"',
  '"\\u"',
  '"\\u12"',
  '"\\u123g"',
  '"\\U0041"',
  '"\n"',
  '"\t"',
  '"\0"',
  '"\u001f"',
  "'a'",
  '`a`',
  '"\\ "',
  '"\\ud800"',
  '"\\udc00"',
  '"\\ud800\\ud800"',
  '"\\ud800x"',
  '"\\ud800\\n"',
  '"\\ud800\\u0041"',
  '/**/1',
  '1//',
  '# 1',
  '\ufeff1',
  '\u00a01',
  '\v1',
  '\f1',
  '[1]\0',
  '\0',
  'undefined',
  '\\u0022a"',
  '[1;2]',
  '<null>',
  '["a":1]',
  '{"a","b"}',
  '{[]:1}',
  '{"a":1}}',
  '[[]',
  '[]]',
  '{"a":"b"}#',
];

test('what is not JSON is refused with a byte offset', () => {
  for (const text of INVALID) {
    assert.throws(() => parseText(text), { code: 'json.invalid' }, JSON.stringify(text));
  }
  assert.throws(
    () => parseText('{"é":tru}'),
    (error: StrongBoxError) => {
      assert.equal(error.message, 'the JSON is not valid at byte 6: expected a value');
      return true;
    },
  );
});

test('no error repeats the input', () => {
  for (const text of [
    '{"password": hunter2}',
    '{"password":"hunter2',
    '{"hunter2":1,"hunter2":2}',
  ]) {
    assert.throws(
      () => parseText(text),
      (error: StrongBoxError) => {
        assert.ok(
          !JSON.stringify([error.message, error.parameters, error.cause]).includes('hunter2'),
        );
        return true;
      },
    );
  }
});

test('bytes that are not UTF-8 are refused where they stand', () => {
  const cases: [number[], number][] = [
    [[0xff], 1],
    [[0x80], 1],
    [[0xc0, 0xae], 1],
    [[0xc3], 1],
    [[0xc3, 0xa9, 0xe2, 0x82], 3],
    [[0xed, 0xa0, 0x80], 1],
    [[0xf4, 0x90, 0x80, 0x80], 1],
    [[0x61, 0xf8, 0x88, 0x80, 0x80], 2],
    [[0xe0, 0x80, 0xaf], 1],
    [[0xf0, 0x80, 0x80, 0xaf], 1],
  ];
  for (const [inner, offset] of cases) {
    const bytes = Uint8Array.from([0x22, ...inner, 0x22]);
    assert.throws(
      () => parseJson(bytes),
      (error: StrongBoxError) => {
        assert.equal(error.code, 'json.not-utf8');
        assert.equal(error.parameters['offset'], offset, inner.join());
        return true;
      },
    );
  }
});

test('UTF-16 and a byte order mark are refused', () => {
  for (const bytes of [
    [0xff, 0xfe, 0x31, 0],
    [0xfe, 0xff, 0, 0x31],
    [0x31, 0],
    [0xef, 0xbb, 0xbf, 0x31],
  ]) {
    assert.throws(() => parseJson(Uint8Array.from(bytes)), { code: 'json.invalid' });
  }
});

test('repeated keys are refused in every object, in any spelling, and named by offset', () => {
  const cases: [string, number][] = [
    ['{"a":1,"a":1}', 8],
    ['{"a":1,"\\u0061":2}', 8],
    ['[{"b":{"c":1,"d":2,"c":3}}]', 20],
    ['{"__proto__":1,"__proto__":2}', 16],
    ['{"a":{"a":1},"b":{"a":1,"a":2}}', 25],
    ['{"":1,"":2}', 7],
    ['{"a":[{"x":1},{"x":1,"y":1}],"a":0}', 30],
    ['{"1":0,"1":0}', 8],
  ];
  for (const [text, offset] of cases) {
    assert.throws(
      () => parseText(text),
      (error: StrongBoxError) => {
        assert.equal(error.code, 'json.duplicate-key');
        assert.equal(error.parameters['offset'], offset, text);
        return true;
      },
    );
  }
});

test('__proto__ and constructor are keys like any other', () => {
  const value = parseText('{"__proto__":{"admin":true},"constructor":{"prototype":{"x":1}}}');
  assert.ok(isJsonObject(value));
  assert.equal(Object.getPrototypeOf(value), null);
  assert.deepEqual(Object.keys(value), ['__proto__', 'constructor']);
  assert.equal(Object.getPrototypeOf(value['__proto__']), null);
  assert.equal(({} as Record<string, unknown>)['admin'], undefined);
  assert.equal(value['admin'], undefined);
});

test('F-39: integers beyond 2^53 - 1 and numbers beyond what a double holds are refused, never rounded', () => {
  const refused = [
    '9007199254740992',
    '9007199254740993',
    '-9007199254740993',
    '1e400',
    '-1e400',
    '9007199254740993.0',
    '9007199254740991.9',
    '9007199254740993e0',
    '900719925474099.3e1',
    '-9007199254740993E+0',
    '1e-400',
    '0.1e-400',
    `0.${'0'.repeat(400)}1`,
    '123456789012345678901234567890',
    '1.0e309',
    `1${'0'.repeat(400)}`,
    `1e${'9'.repeat(400)}`,
  ];
  for (const text of refused) {
    assert.throws(
      () => parseText(`[${text}]`),
      (error: StrongBoxError) => {
        assert.equal(error.code, 'json.number-too-large');
        assert.equal(error.parameters['offset'], 1);
        return true;
      },
    );
  }
  assert.ok(Object.is(parseText('-0'), -0));
  // What is larger by its exponent is kept if it is written back with the same digits.
  for (const text of ['1e22', '1.7976931348623157e308', '123e45', '0e999', '-0.0', '5e-324']) {
    assert.equal(parseText(text), Number(text), text);
  }
});

test('depth and count have exact limits', () => {
  const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  assert.ok(Array.isArray(parseText(nested(jsonDepthMax))));
  assert.throws(() => parseText(nested(jsonDepthMax + 1)), { code: 'json.too-deep' });
  assert.throws(() => parseText('{"a":'.repeat(jsonDepthMax + 1)), { code: 'json.too-deep' });
  assert.throws(() => parseText('['.repeat(1_000_000)), { code: 'json.too-deep' });
  const counted = (tokens: number): string =>
    `[${Array(tokens - 1)
      .fill('0')
      .join(',')}]`;
  assert.ok(Array.isArray(parseText(counted(jsonTokensMax))));
  assert.throws(() => parseText(counted(jsonTokensMax + 1)), { code: 'json.too-complex' });
  assert.throws(() => parseJson(utf8Encode('{"a":1}'), { depthMax: 1, tokensMax: 2 }), {
    code: 'json.too-complex',
  });
});

test('a bomb of empty objects costs no more than its first tokens', () => {
  const bomb = utf8Encode(`[${'{},'.repeat(349_000)}{}]`);
  const half = utf8Encode(`[${'{},'.repeat(jsonTokensMax - 2)}{}]`);
  const cost = (body: Uint8Array): number => {
    const start = performance.now();
    for (let round = 0; round < 5; round += 1) {
      try {
        parseJson(body);
      } catch {}
    }
    return performance.now() - start;
  };
  cost(half);
  assert.throws(() => parseJson(bomb), { code: 'json.too-complex' });
  // A relation, not a time: a parser that built the bomb first would take thirty times as long.
  assert.ok(cost(bomb) < 5 * cost(half) + 5);
});
