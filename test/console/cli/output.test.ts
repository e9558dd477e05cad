import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { jsonText, yamlText } from '../../../console/cli/output/formats.ts';
import { Printer } from '../../../console/cli/output/printer.ts';
import { progressLine } from '../../../console/cli/output/progress.ts';
import { safeLines, safeText } from '../../../console/cli/output/safe-text.ts';
import { displayWidth } from '../../../console/tui/terminal/display-width.ts';
import { objectTable, rowsTable } from '../../../console/cli/output/table.ts';
import { platformParse } from '../../../shared/json/platform-parse.ts';
import type { JsonValue } from '../../../shared/json/value.ts';
import { auditLine, matchesFilter } from '../../../console/cli/output/audit-line.ts';

/** Texts that do something to a terminal, or hide something in it. */
const hostile: readonly (readonly [name: string, text: string])[] = [
  ['colour', '\u001b[32m✓ verified\u001b[0m'],
  ['title', '\u001b]0;owned\u0007'],
  ['clipboard (OSC 52)', '\u001b]52;c;ZXZpbA==\u0007'],
  ['link (OSC 8)', '\u001b]8;;http://evil\u001b\\here\u001b]8;;\u001b\\'],
  ['unterminated OSC', '\u001b]52;c;'],
  ['device control', '\u001bPq#0\u001b\\'],
  ['C1 CSI', '\u009b31m'],
  ['C1 OSC', '\u009d52;c;x\u009c'],
  ['bell and backspace', 'a\u0007b\u0008c'],
  ['carriage return', 'real\rfake'],
  ['new row', 'a\nroot-token  hvs.fake'],
  ['bidi override', 'abc\u202egnp.exe'],
  ['bidi isolate', '\u2066x\u2069'],
  ['zero width', 'ad\u200bmin'],
  ['byte order mark', '\ufeffadmin'],
  ['line separator', 'a\u2028b'],
  ['tag characters', 'a\u{e0041}\u{e0042}'],
  ['lone surrogate', 'a\ud800b'],
  ['private use', '\ue000'],
  ['delete', 'a\u007fb'],
  ['stacked marks', `z${'\u0300'.repeat(200)}`],
];

/** What may reach a terminal: printable characters and line feeds. */
function assertInert(text: string): void {
  const bad = /(?!\n)[\p{C}\p{Zl}\p{Zp}]/u.exec(text);
  assert.equal(bad, null, JSON.stringify(bad?.[0]));
}

test('CVE-2023-2121: hostile names and values are shown inert in tables, json and yaml', async () => {
  for (const [name, text] of hostile) {
    const value = { [text]: text };
    for (const shown of [objectTable(value), jsonText(value), await yamlText(value)]) {
      assertInert(shown);
    }
    assert.equal(safeText(text).includes('\n'), false, name);
    assert.equal(objectTable(value).split('\n').length, 4, `${name} forges no row`);
  }
});

test('json and yaml stay exact: what is read back is what was there', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(...hostile.map(([, entry]) => entry)).filter((entry) => entry.isWellFormed()),
    fc.constantFrom('', 'true', '1.0', 'null', '~', '- a', '# x', ' a ', 'a: b', '"', "'", '\\u'),
  );
  await fc.assert(
    fc.asyncProperty(fc.dictionary(text, text, { noNullPrototype: true }), async (object) => {
      const plain = platformParse(JSON.stringify(object));
      assert.equal(JSON.stringify(platformParse(jsonText(object))), JSON.stringify(plain));
      const read = parse(await yamlText(object)) as JsonValue;
      assert.equal(JSON.stringify(read), JSON.stringify(plain));
    }),
    { numRuns: 200 },
  );
});

test('at most four marks stand on one letter', () => {
  assert.equal(safeText('e\u0301'), 'e\u0301');
  const shown = safeText(`z${'\u0300'.repeat(6)}`);
  assert.equal(shown, `z${'\u0300'.repeat(4)}\\u{300}\\u{300}`);
});

test('a text that a person asked for keeps its lines and tabs, and nothing else', () => {
  assert.equal(safeLines('a\tb\nc\u001b[1m\r'), 'a\tb\nc\\u{1b}[1m\\r');
});

test('columns are aligned, with East Asian characters as two', () => {
  assert.equal(displayWidth('日本'), 4);
  assert.equal(displayWidth('e\u0301'), 1);
  const table = rowsTable(
    ['Name', 'V'],
    [
      ['日本', 1],
      ['ab', null],
    ],
  );
  assert.equal(table, 'Name  V\n----  -\n日本  1\nab    -\n');
});

class Out extends PassThrough {
  readonly isTTY: boolean;

  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }
}

async function printField(value: string, isTTY: boolean): Promise<string> {
  const stdout = new Out(isTTY);
  const stderr = new PassThrough();
  const printer = new Printer({ stdout, stderr, format: 'table', field: 'f' });
  await printer.result({ value: { f: value }, table: () => '' });
  stdout.end();
  return String(stdout.read() ?? '');
}

test('a field is exact in a pipe and inert on a terminal', async () => {
  const value = 'p\u001b[31mw\nline\u202e';
  assert.equal(await printField(value, false), value);
  assert.equal(await printField(value, true), 'p\\u{1b}[31mw\nline\\u{202e}\n');
});

test('a field that is not there is named, with those that are', async () => {
  const stdout = new Out(false);
  const options = { stdout, stderr: new PassThrough(), format: 'table', field: 'nope' } as const;
  const printer = new Printer(options);
  await assert.rejects(printer.result({ value: { a: 1, b: 2 }, table: () => '' }), {
    code: 'cli.field-unknown',
    message: 'the answer has no field nope; it has: a, b',
  });
});

test('a progress line says how far, how fast and how long', () => {
  const line = progressLine({ done: 256, total: 1_024, records: 100, seconds: 2 });
  assert.equal(line, '#####---------------  25 % of 1KiB, 100 records, 50/s, 6 s left');
  assert.match(progressLine({ done: 0, total: 0, records: 0, seconds: 1 }), /100 % of 0B/u);
});

test('an audit record is one inert line, and filters look at paths and ends', () => {
  const record = {
    type: 'refusal',
    time: '2026-01-01T00:00:00.000000000Z',
    request: { operation: 'read', path: 'secret/data/\u001b[31mx', remote_address: 'unix' },
    auth: { display_name: 'root' },
    error: { code: 'request.permission-denied', message: 'm' },
  };
  const line = auditLine(record);
  assertInert(line);
  assert.equal(
    line,
    '2026-01-01T00:00:00.000000000Z  refusal     read secret/data/\\u{1b}[31mx  root@unix  ' +
      'request.permission-denied\n',
  );
  assert.equal(matchesFilter(record, { path: 'secret/', errors: true }), true);
  assert.equal(matchesFilter(record, { path: 'other', errors: false }), false);
  const fine = { type: 'single', request: { path: 'a' }, response: { status: 200 } };
  assert.equal(matchesFilter(fine, { path: undefined, errors: true }), false);
  const missing = { type: 'single', request: { path: 'a' }, response: { status: 404 } };
  assert.equal(matchesFilter(missing, { path: undefined, errors: true }), true);
  assert.equal(auditLine({ type: 'event', time: 't', event: 'sealed' }), 't  event       sealed\n');
});
