import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { editorLinesMax, editorUnitsMax, undoStepsMax } from '../../../../console/limits.ts';
import {
  editorKey,
  editorPaste,
  isProblem,
} from '../../../../console/tui/components/editor-keys.ts';
import {
  editorOf,
  editorText,
  moveTo,
  type EditorState,
} from '../../../../console/tui/components/editor-state.ts';
import { boundaries } from '../../../../console/tui/components/text-boundary.ts';

/** From a text with `|` where the cursor is. */
function stateOf(text: string): EditorState {
  const before = text.slice(0, text.indexOf('|')).split('\n');
  const state = editorOf(text.replace('|', ''));
  return moveTo(state, { row: before.length - 1, column: before.at(-1)?.length ?? 0 });
}

function marked(state: EditorState): string {
  const { row, column } = state.cursor;
  return state.lines
    .map((line, index) => (index === row ? `${line.slice(0, column)}|${line.slice(column)}` : line))
    .join('\n');
}

function press(state: EditorState, ...keys: readonly string[]): EditorState {
  let now = state;
  for (const key of keys) {
    const next = editorKey(now, key, 10);
    assert.ok(!isProblem(next), key);
    now = next;
  }
  return now;
}

function after(text: string, ...keys: readonly string[]): string {
  return marked(press(stateOf(text), ...keys));
}

test('letters go in, line ends split, and a new line stands under the one before', () => {
  assert.equal(after('a|c', 'b'), 'ab|c');
  assert.equal(after('|', 'Space', 'é', 'Tab'), ' é  |');
  assert.equal(after('  a|b', 'Enter'), '  a\n  |b');
  assert.equal(after('\tx|', 'Enter'), '\tx\n\t|');
});

test('the cursor goes by letters, over line ends, and stops at the ends', () => {
  assert.equal(after('ab\n|cd', 'Left'), 'ab|\ncd');
  assert.equal(after('ab|\ncd', 'Right'), 'ab\n|cd');
  assert.equal(after('|ab', 'Left', 'Up'), '|ab');
  assert.equal(after('ab|', 'Right', 'Down'), 'ab|');
  assert.equal(after('👍🏽|x', 'Left'), '|👍🏽x');
});

test('Up and Down keep their column through shorter lines', () => {
  assert.equal(after('abcd\na\nabc|d', 'Up'), 'abcd\na|\nabcd');
  assert.equal(after('abcd\na\nabc|d', 'Up', 'Up'), 'abc|d\na\nabcd');
  assert.equal(after('abcd\na\nabc|d', 'Up', 'Left', 'Up'), '|abcd\na\nabcd', 'until it moves');
  const many = Array.from({ length: 30 }, (_, index) => `line ${index}`).join('\n');
  assert.match(after(`|${many}`, 'PageDown'), /\|line 10\n/);
  assert.match(after(`|${many}`, 'PageDown', 'C-End'), /line 29\|$/);
});

test('words are left and right of the cursor', () => {
  assert.equal(after('path "a/b"|', 'C-Left'), 'path "a/|b"');
  assert.equal(after('|path "a/b"', 'C-Right', 'C-Right'), 'path "a|/b"');
  assert.equal(after('a\n|b', 'C-Left'), 'a|\nb');
  assert.equal(after('a|\nb', 'C-Right'), 'a\n|b');
});

test('what is removed is the letter, the word or the line that the key means', () => {
  assert.equal(after('ab|c', 'Backspace'), 'a|c');
  assert.equal(after('a\n|b', 'Backspace'), 'a|b');
  assert.equal(after('a|\nb', 'Delete'), 'a|b');
  assert.equal(after('one two|', 'C-w'), 'one |');
  assert.equal(after('one| two\nx', 'C-k'), 'one|\nx');
  assert.equal(after('one|\nx', 'C-k'), 'one|x');
  assert.equal(after('one| two', 'C-u'), '| two');
  assert.equal(after('👍🏽|', 'Backspace'), '|');
});

test('letters typed in a row are taken back together, other steps one by one', () => {
  const typed = press(stateOf('x|'), 'a', 'b', 'c', 'Enter', 'd');
  assert.equal(marked(press(typed, 'M-z')), 'xabc\n|');
  assert.equal(marked(press(typed, 'M-z', 'M-z')), 'xabc|');
  assert.equal(marked(press(typed, 'M-z', 'M-z', 'M-z')), 'x|');
  assert.equal(marked(press(typed, 'M-z', 'M-z', 'M-z', 'M-z')), 'x|', 'nothing before the start');
  assert.equal(marked(press(typed, 'M-z', 'M-z', 'M-r')), 'xabc\n|');
  assert.equal(marked(press(typed, 'M-z', 'y', 'M-r')), 'xabc\ny|', 'a new step ends redo');
});

test('a paste goes in whole, with its lines and tabs, or not at all', () => {
  const pasted = editorPaste(stateOf('a|d'), 'b\r\n\tc\rx');
  assert.ok(!isProblem(pasted));
  assert.equal(marked(pasted), 'ab\n\tc\nx|d');
  assert.equal(editorPaste(stateOf('|'), 'a\u001b[31m'), 'control-characters');
  assert.equal(editorPaste(stateOf('|'), '\n'.repeat(editorLinesMax)), 'too-many-lines');
  assert.equal(editorPaste(stateOf('|'), 'x'.repeat(editorUnitsMax + 1)), 'too-long');
});

test('keys that mean nothing in a text change nothing', () => {
  const state = stateOf('a|');
  for (const key of ['Esc', 'F5', 'C-s', 'M-x', 'S-Tab']) {
    assert.equal(editorKey(state, key, 10), state);
  }
});

test('what can be taken back has an end', () => {
  let state = stateOf('|');
  for (let count = 0; count < undoStepsMax + 50; count += 1) state = press(state, 'Enter');
  assert.equal(state.past.length, undoStepsMax);
});

const key = fc.constantFrom(
  'a',
  'Space',
  '日',
  'e\u0301',
  '\u0301',
  'Enter',
  'Tab',
  'Backspace',
  'Delete',
  'Left',
  'Right',
  'Up',
  'Down',
  'Home',
  'End',
  'C-Left',
  'C-Right',
  'C-w',
  'C-k',
  'C-u',
  'PageUp',
  'PageDown',
  'M-z',
  'M-r',
);
const anyText = fc.string({ unit: fc.constantFrom('a', ' ', '\n', '日', '👍🏽', 'e\u0301', '"') });

test('whatever the keys, the cursor stands between two letters of a line that exists', () => {
  fc.assert(
    fc.property(anyText, fc.array(key), (start, keys) => {
      const { lines, cursor } = press(editorOf(start), ...keys);
      const line = lines[cursor.row];
      assert.ok(line !== undefined);
      assert.ok(boundaries(line).includes(cursor.column));
      assert.ok(lines.every((each) => !each.includes('\n')));
    }),
    { numRuns: 500 },
  );
});

test('undo of everything is the start, and redo of everything the end', () => {
  const edit = key.filter((each) => each !== 'M-z' && each !== 'M-r');
  fc.assert(
    fc.property(anyText, fc.array(edit, { maxLength: 40 }), (start, keys) => {
      const ended = press(editorOf(start), ...keys);
      const steps = ended.past.length;
      const undone = press(ended, ...Array.from({ length: steps }, () => 'M-z'));
      assert.equal(editorText(undone), start);
      const redone = press(undone, ...Array.from({ length: steps }, () => 'M-r'));
      assert.equal(editorText(redone), editorText(ended));
    }),
    { numRuns: 500 },
  );
});

test('a paste adds exactly its text at the cursor', () => {
  fc.assert(
    fc.property(anyText, fc.array(key, { maxLength: 10 }), anyText, (start, keys, added) => {
      const before = press(editorOf(start), ...keys);
      const pasted = editorPaste(before, added);
      assert.ok(!isProblem(pasted));
      const [head = '', tail = ''] = marked(before).split('|');
      assert.equal(editorText(pasted), head + added + tail);
    }),
    { numRuns: 500 },
  );
});
