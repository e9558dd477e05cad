/** Names of others on a screen. */
import assert from 'node:assert/strict';
import headless from '@xterm/headless';
import fc from 'fast-check';
import { displayWidth } from '../../../console/tui/terminal/display-width.ts';
import { clean } from '../../../console/tui/terminal/safe-text.ts';
import { hostileNames } from '../../console/tui/terminal/hostile-names.ts';
import type { Target } from '../target.ts';

/** Whatever acts, hides or reorders; all of it must be shown by its number. */
export const inertia = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u;

/** Columns and rows that a text moves the cursor of a real emulator. */
export async function cursorAfter(
  text: string,
): Promise<{ readonly x: number; readonly y: number }> {
  const terminal = new headless.Terminal({ cols: 500, rows: 4, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(text, resolve));
  const { cursorX: x, cursorY: y } = terminal.buffer.active;
  terminal.dispose();
  return { x, y };
}

const names = hostileNames.map(([, name]) => name);
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc
    .array(fc.constantFrom(...names, '日', 'e\u0301', '\u0915\u094d\u0937'))
    .map((parts) => parts.join('')),
);
const columns = fc.integer({ min: 1, max: 60 });

export const cleanTexts = fc.property(anyText, columns, (text, columnsMax) => {
  const shown = clean(text, columnsMax);
  assert.doesNotMatch(shown, inertia);
  assert.ok(displayWidth(shown) <= columnsMax);
  assert.equal(clean(shown, columnsMax), shown);
  assert.ok(shown.isWellFormed());
});

export const cursors = fc.asyncProperty(anyText, columns, async (text, columnsMax) => {
  const { x, y } = await cursorAfter(clean(text, columnsMax));
  assert.ok(x <= columnsMax, `${x} columns of ${columnsMax}`);
  assert.equal(y, 0);
});

export const safeTextTargets: readonly Target[] = [
  {
    name: 'safe-text/clean',
    claim: 'no text becomes more than its limit, or holds what acts or hides',
    testRuns: 1_000,
    prepare: () => cleanTexts,
  },
  {
    name: 'safe-text/cursor',
    claim: 'no text moves the cursor of a terminal further than its limit',
    testRuns: 200,
    prepare: () => cursors,
  },
];
