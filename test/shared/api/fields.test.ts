import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalFields, parseFields, queryFields } from '../../../shared/api/fields.ts';
import type { FieldSpecs, FieldType } from '../../../shared/api/route.ts';
import { StrongBoxError } from '../../../shared/errors/failure.ts';
import { canonicalJson } from '../../../shared/json/stringify.ts';
import type { JsonObject, JsonValue } from '../../../shared/json/value.ts';

function parseOne(type: FieldType, value: JsonValue): unknown {
  const { fields } = parseFields({ field: { type, description: 'x' } }, { field: value });
  return (fields as Record<string, unknown>)['field'];
}

function accepts(type: FieldType, cases: readonly (readonly [JsonValue, unknown])[]): void {
  for (const [value, expected] of cases) {
    const parsed = parseOne(type, value);
    const plain = type === 'map' && parsed !== undefined ? { ...(parsed as object) } : parsed;
    assert.deepEqual(plain, expected, `${type} ${JSON.stringify(value)}`);
  }
}

function refuses(type: FieldType, values: readonly JsonValue[]): void {
  for (const value of values) {
    assert.throws(
      () => parseOne(type, value),
      { code: 'request.field-invalid' },
      `${type} ${JSON.stringify(value)}`,
    );
  }
}

test('a string is a string, and nothing is made into one', () => {
  accepts('string', [
    ['a', 'a'],
    ['', ''],
    [' x ', ' x '],
    [null, undefined],
  ]);
  refuses('string', [1, true, [], {}, ['a']]);
});

test('booleans come as JSON, as Go prints them, or as 0 and 1', () => {
  accepts('boolean', [
    [true, true],
    [false, false],
    [null, undefined],
    ['', undefined],
  ]);
  for (const text of ['1', 't', 'T', 'TRUE', 'true', 'True', 1]) accepts('boolean', [[text, true]]);
  for (const text of ['0', 'f', 'F', 'FALSE', 'false', 'False', 0]) {
    accepts('boolean', [[text, false]]);
  }
  refuses('boolean', ['yes', 'tRuE', ' true', 2, -1, [], {}, ['true']]);
});

test('integers come as numbers or digits and are never rounded', () => {
  accepts('integer', [
    [5, 5],
    ['5', 5],
    [-1, -1],
    ['-1', -1],
    [0, 0],
    ['', undefined],
    [null, undefined],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ]);
  refuses('integer', [
    1.5,
    '1.5',
    '0x10',
    '1e3',
    ' 5',
    '+5',
    'x',
    2 ** 53,
    '9007199254740993',
    true,
    [],
    {},
    ['5'],
  ]);
});

test('durations come as seconds or with units', () => {
  accepts('duration', [
    [90, 90],
    ['90', 90],
    ['15m', 900],
    ['30d', 2_592_000],
    ['', undefined],
  ]);
  refuses('duration', ['-1', -1, '1.5h', 'x', true, [], {}]);
});

test('lists of strings come as arrays or comma-separated', () => {
  accepts('strings', [
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    ['a,b', ['a', 'b']],
    [' a , b ,', ['a', 'b']],
    ['', []],
    [[], []],
    [
      ['a,b', ' c '],
      ['a,b', ' c '],
    ],
    [null, undefined],
  ]);
  refuses('strings', [1, true, {}, [1], [['root']], ['default', ['root']], [null]]);
});

test('lists of integers come as arrays or digits, and are not negative', () => {
  accepts('integers', [
    [
      [1, 2],
      [1, 2],
    ],
    [
      ['1', '2'],
      [1, 2],
    ],
    ['1,2', [1, 2]],
    ['3', [3]],
    [[], []],
  ]);
  refuses('integers', [1, [-1], ['-1'], [1.5], ['x'], '1,x', [null], [''], {}]);
});

test('maps have string values; numbers and booleans are written as text', () => {
  accepts('map', [
    [{ a: 'b' }, { a: 'b' }],
    [
      { version: 2, x: true },
      { version: '2', x: 'true' },
    ],
    [['a=b', 'c=d=e'], { a: 'b', c: 'd=e' }],
    ['a=b,c=', { a: 'b', c: '' }],
    [{}, {}],
    [null, undefined],
  ]);
  refuses('map', [{ a: null }, { a: [] }, { a: {} }, 'a', ['=b'], 1, true, [1]]);
});

test('a map has no prototype', () => {
  const parsed = parseOne('map', JSON.parse('{"__proto__":"x","toString":"y"}') as JsonObject);
  assert.equal(Object.getPrototypeOf(parsed), null);
  assert.deepEqual(Object.keys(parsed as object), ['__proto__', 'toString']);
});

test('objects and anything are passed on as they are', () => {
  accepts('object', [
    [{ a: [1] }, { a: [1] }],
    [null, undefined],
  ]);
  refuses('object', ['{}', [], 1, true]);
  accepts('any', [
    [null, null],
    ['', ''],
    [[1], [1]],
    [{}, {}],
    [false, false],
  ]);
});

const specs = {
  ttl: { type: 'duration', aliases: ['lease'], description: 'x' },
  name: { type: 'string', required: true, description: 'x' },
} as const satisfies FieldSpecs;

test('names match in any ASCII letter case and under their aliases', () => {
  const spellings = ['ttl', 'TTL', 'Ttl', 'lease', 'LEASE'];
  for (const spelling of spellings) {
    const { fields, unknown } = parseFields(specs, { Name: 'n', [spelling]: '1m' });
    assert.deepEqual(fields, { ttl: 60, name: 'n' });
    assert.deepEqual(unknown, []);
  }
  const { fields, unknown } = parseFields(specs, { name: 'n', ttİ: 1, toString: 2, Other: 3 });
  assert.deepEqual(fields, { ttl: undefined, name: 'n' });
  assert.deepEqual(unknown, ['ttİ', 'toString', 'Other']);
});

test('one field under two names must have one value', () => {
  assert.deepEqual(parseFields(specs, { name: 'n', ttl: '5', lease: '5' }).fields.ttl, 5);
  assert.throws(() => parseFields(specs, { name: 'n', ttl: 5, lease: 6 }), {
    code: 'request.field-invalid',
    message: 'field "ttl" must be given once',
  });
  assert.throws(() => parseFields(specs, { name: 'a', NAME: 'b' }), {
    code: 'request.field-invalid',
  });
});

test('a required field that is absent or null is named', () => {
  const inputs: JsonObject[] = [{}, { name: null }, { ttl: 1 }];
  for (const input of inputs) {
    assert.throws(() => parseFields(specs, input), {
      code: 'request.field-missing',
      message: 'field "name" is required',
    });
  }
});

test('no error repeats a value', () => {
  assert.throws(
    () => parseFields(specs, { name: ['hunter2'] }),
    (error: StrongBoxError) => {
      assert.equal(error.message, 'field "name" must be a string');
      return true;
    },
  );
});

test('without specs every name is unknown', () => {
  assert.deepEqual(parseFields(undefined, { a: 1 }), { fields: {}, unknown: ['a'] });
});

test('a query gives strings, and lists for repeated names', () => {
  const query = new Map([
    ['version', ['3']],
    ['versions', ['1', '2']],
    ['__proto__', ['x']],
  ]);
  const input = queryFields(query);
  assert.equal(Object.getPrototypeOf(input), null);
  assert.deepEqual({ ...input }, { version: '3', versions: ['1', '2'], ['__proto__']: 'x' });
  const fields = parseFields(
    {
      version: { type: 'integer', description: 'x' },
      versions: { type: 'integers', description: 'x' },
    },
    input,
  ).fields;
  assert.deepEqual(fields, { version: 3, versions: [1, 2] });
});

test('policies see an alias or another letter case under the one name', () => {
  const canonical = canonicalFields(specs, { LEASE: 5, Name: 'n', Extra: true });
  assert.deepEqual({ ...canonical }, { ttl: 5, name: 'n', Extra: true });
});

test('policies see numbers, booleans and lists in one form, and the rest as it was written', () => {
  const typed = {
    flag: { type: 'boolean', description: 'x' },
    count: { type: 'integer', description: 'x' },
    policies: { type: 'strings', description: 'x' },
    versions: { type: 'integers', description: 'x' },
    ttl: { type: 'duration', description: 'x' },
  } as const satisfies FieldSpecs;
  const input = { flag: 'T', count: '05', policies: 'a, root', versions: '1,02', ttl: '1h' };
  assert.deepEqual(
    { ...canonicalFields(typed, input) },
    { flag: true, count: 5, policies: ['a', 'root'], versions: [1, 2], ttl: '1h' },
  );
  const wrong = { flag: 'maybe', count: [], policies: {}, versions: 'x', ttl: 'x' };
  assert.deepEqual({ ...canonicalFields(typed, wrong) }, wrong);
});

test('null and the empty text are no way around a required parameter', () => {
  const given = canonicalFields(specs, { Lease: null, name: '', other: null });
  assert.deepEqual({ ...given }, { name: '', other: null });
});

test('policies see one form of a map, however it was written', () => {
  const typed = { meta: { type: 'map', description: 'x' } } as const satisfies FieldSpecs;
  for (const meta of ['a=1', ['a=1'], { a: 1 }, { a: '1' }]) {
    assert.equal(canonicalJson(canonicalFields(typed, { meta })), '{"meta":{"a":"1"}}');
  }
});

test('a list in one text costs no more for its blanks than for its letters', () => {
  const cost = (filling: string): number => {
    const start = performance.now();
    parseOne('strings', `a${filling.repeat(40_000)}b`);
    return performance.now() - start;
  };
  cost('x');
  // A relation, not a time: a pattern that starts anew at each blank took a thousand times as long.
  assert.ok(cost(' ') < 50 * cost('x') + 50);
});

test('F-40: any JSON in any field is a value or a refusal that names the field', () => {
  const types: FieldType[] = [
    'string',
    'boolean',
    'integer',
    'duration',
    'strings',
    'integers',
    'map',
    'object',
    'any',
  ];
  fc.assert(
    fc.property(fc.constantFrom(...types), fc.jsonValue(), (type, value) => {
      try {
        parseOne(type, value as JsonValue);
      } catch (error) {
        assert.ok(error instanceof StrongBoxError && error.code === 'request.field-invalid');
        assert.deepEqual(Object.keys(error.parameters), ['field', 'expected']);
      }
    }),
    { numRuns: 2_000 },
  );
});
