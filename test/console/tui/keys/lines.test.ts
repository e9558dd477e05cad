import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { lineGraphemesMax } from '../../../../console/limits.ts';
import { filterRows, parseFilter } from '../../../../console/tui/keys/filter.ts';
import { isCommandKey, isKeyName, typedText } from '../../../../console/tui/keys/key-name.ts';
import {
  editLine,
  emptyLine,
  lineOf,
  lineText,
  pasteLine,
  type LineInput,
} from '../../../../console/tui/keys/line-input.ts';

function typed(keys: readonly string[], line: LineInput = emptyLine): string {
  const { graphemes, cursor } = keys.reduce(editLine, line);
  return [...graphemes.slice(0, cursor), '|', ...graphemes.slice(cursor)].join('');
}

test('a paste that looks like a share or a token is refused: a line is shown, and remembered', () => {
  const share = 'sbx1 q8ar wlng gma0 6ycz qvqe 52te xefs gml0 4dpd nnh2 jucl';
  for (const text of [
    share,
    share.replaceAll(' ', ''),
    share.toUpperCase(),
    `hvs.${'a1'.repeat(20)}`,
  ]) {
    assert.equal(pasteLine(emptyLine, `unseal ${text}`), 'secret');
  }
  for (const text of ['secret/data/sbx1', 'hvs.', 'read sys/health']) {
    assert.equal(typeof pasteLine(emptyLine, text), 'object');
  }
});

test('a line is edited with the keys of a shell', () => {
  assert.equal(typed(['a', 'b', 'Left', 'c']), 'ac|b');
  const line = lineOf('read secret/data');
  assert.equal(typed(['C-a'], line), '|read secret/data');
  assert.equal(typed(['C-Left', 'C-Left'], line), 'read |secret/data');
  assert.equal(typed(['Home', 'C-Right'], line), 'read| secret/data');
  assert.equal(typed(['C-w'], line), 'read secret/|');
  assert.equal(typed(['C-a', 'M-f', 'C-k'], line), 'read|');
  assert.equal(typed(['C-Left', 'C-u'], line), '|data');
  assert.equal(typed(['Home', 'Delete', 'Backspace'], line), '|ead secret/data');
  assert.equal(typed(['F5', 'M-x', 'Enter'], line), 'read secret/data|', 'other keys do nothing');
});

test('a letter of several characters is one letter', () => {
  assert.equal(typed(['Backspace'], lineOf('ae\u0302\u0301')), 'a|');
  assert.equal(typed(['Left', 'x'], lineOf('👍🏽')), 'x|👍🏽');
});

test('a paste loses its last line ends and is refused with others', () => {
  const pasted = pasteLine(lineOf('a'), 'b c\r\n');
  assert.ok(typeof pasted === 'object' && lineText(pasted) === 'ab c');
  assert.equal(pasteLine(emptyLine, 'a\nb'), 'control-characters');
  assert.equal(pasteLine(emptyLine, '\u001b[31m'), 'control-characters');
  assert.equal(pasteLine(emptyLine, 'gnp\u202e'), 'control-characters');
  assert.equal(pasteLine(lineOf('a'), 'x'.repeat(lineGraphemesMax)), 'too-long');
});

test('a line has a longest length, and its cursor stays in it, whatever the keys', () => {
  const key = fc.constantFrom(
    'a',
    '日',
    'Left',
    'Right',
    'Home',
    'End',
    'C-w',
    'C-k',
    'C-u',
    'Backspace',
    'Delete',
    'C-Left',
    'C-Right',
    'Space',
  );
  fc.assert(
    fc.property(fc.array(key), (keys) => {
      const { cursor, graphemes } = keys.reduce(editLine, lineOf('x'.repeat(lineGraphemesMax - 2)));
      assert.ok(cursor >= 0 && cursor <= graphemes.length);
      assert.ok(graphemes.length <= lineGraphemesMax);
    }),
  );
});

test('keys have names, and only printable ones type', () => {
  for (const key of [
    'j',
    'G',
    '?',
    'é',
    '日',
    'Enter',
    'S-Tab',
    'Space',
    'F12',
    'C-d',
    'M-b',
    'C-Left',
    'C-M-x',
  ]) {
    assert.ok(isKeyName(key), key);
  }
  for (const key of ['', 'jj', 'enter', 'Ctrl-D', 'F13', 'C-', 'C-Foo', '\u001b']) {
    assert.ok(!isKeyName(key), key);
  }
  assert.deepEqual(['Space', 'x', 'Enter', 'C-a', '\u0007'].map(typedText), [
    ' ',
    'x',
    undefined,
    undefined,
    undefined,
  ]);
  assert.deepEqual(['C-a', 'M-a', 'F1', 'Esc', 'a'].map(isCommandKey), [
    true,
    true,
    true,
    false,
    false,
  ]);
});

test('a filter shows the rows with its text, or hides them, and counts the others', () => {
  const rows = ['node-1', 'Node-2', 'agent'];
  const filtered = (text: string): readonly [string, number] => {
    const { shown, hiddenCount } = filterRows(rows, parseFilter(text), (row) => [row]);
    return [shown.join(' '), hiddenCount];
  };
  assert.deepEqual(filtered('node'), ['node-1 Node-2', 1]);
  assert.deepEqual(filtered('!node'), ['agent', 2]);
  assert.deepEqual(filtered(''), ['node-1 Node-2 agent', 0]);
  assert.deepEqual(filtered('!'), ['node-1 Node-2 agent', 0]);
  assert.deepEqual(filtered('zzz'), ['', 3]);
});
