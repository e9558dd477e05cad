import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Line } from '../../../../console/tui/components/line.ts';
import { paragraph } from '../../../../console/tui/components/paragraph.ts';
import { literal } from '../../../../console/tui/terminal/safe-text.ts';

function textOf({ spans }: Line): string {
  return spans.map(({ text }) => text).join('');
}

test('a sentence is broken at spaces and loses no word', () => {
  const lines = paragraph(literal('denied: this token may not list sys/policies'), 25, 'muted');
  assert.deepEqual(lines.map(textOf), [' denied: this token may', ' not list sys/policies']);
});
