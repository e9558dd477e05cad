import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Line } from '../../../../console/tui/components/line.ts';
import { fitOrCount, paragraph } from '../../../../console/tui/components/paragraph.ts';
import { literal } from '../../../../console/tui/terminal/safe-text.ts';

function textOf({ spans }: Line): string {
  return spans.map(({ text }) => text).join('');
}

test('a sentence is broken at spaces and loses no word', () => {
  const lines = paragraph(literal('denied: this token may not list sys/policies'), 25, 'muted');
  assert.deepEqual(lines.map(textOf), [' denied: this token may', ' not list sys/policies']);
});

test('lines without room are counted in the last one', () => {
  const lines = ['a', 'b', 'c', 'd'].map((text) => paragraph(literal(text), 40)[0] as Line);
  assert.deepEqual(
    fitOrCount(lines, 60, 3).map((line) => textOf(line).trimEnd()),
    [' a', ' b', ' … 2 more lines; a higher terminal shows them'],
  );
  assert.deepEqual(
    fitOrCount(lines, 60, 4).map((line) => textOf(line).trimEnd()),
    [' a', ' b', ' c', ' d'],
  );
});
