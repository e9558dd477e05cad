import assert from 'node:assert/strict';
import { test } from 'node:test';
import headless from '@xterm/headless';
import fc from 'fast-check';
import { displayWidth } from '../../../../console/tui/terminal/display-width.ts';
import { clean, join, literal } from '../../../../console/tui/terminal/safe-text.ts';
import { cleanTexts, cursorAfter, cursors, inertia } from '../../../fuzz/targets/safe-text.ts';
import { hostileNames } from './hostile-names.ts';

assert.equal(hostileNames.length, 24);

for (const [what, name] of hostileNames) {
  test(`a name with ${what} is one inert line of its own width`, async () => {
    const shown = clean(name, 400);
    assert.doesNotMatch(shown, inertia);
    assert.deepEqual(await cursorAfter(shown), { x: displayWidth(shown), y: 0 });
    assert.equal(clean(shown, 400), shown, 'what is clean stays as it is');
  });
}

test('what is removed from sight is shown as what it is', () => {
  assert.equal(clean('a\nb\tc\rd', 80), 'a\\nb\\tc\\rd');
  assert.equal(clean('\u001b[31mx', 80), '\\u{1b}[31mx');
  assert.equal(clean('gnp\u202e', 80), 'gnp\\u{202e}');
  assert.equal(clean('a\u00a0b', 80), 'a\\u{a0}b');
  assert.equal(clean('a\ud800', 80), 'a\\u{d800}');
});

test('letters of the languages of the world stay as they are, composed', () => {
  for (const name of ['naïve', 'Привет', '日本語', '한국어', 'שלום', 'ไทย', 'e\u0302\u0301']) {
    assert.equal(clean(name, 80), name.normalize('NFC'));
  }
  assert.equal(clean('e\u0301', 80), 'é');
});

test('what terminals count differently is shown by its number', () => {
  assert.equal(clean('👨\u200d👩', 80), '👨\\u{200d}\\u{1f469}');
  assert.equal(clean('🇩🇪', 80), '\\u{1f1e9}\\u{1f1ea}');
  assert.equal(clean('👍🏽', 80), '👍\\u{1f3fd}');
  assert.equal(clean('1\ufe0f\u20e3', 80), '1\\u{fe0f}\\u{20e3}');
  assert.equal(clean('\u0301a', 80), '\\u{301}a', 'a mark without a letter');
});

test('every character takes at most the columns that are counted for it', async () => {
  const terminal = new headless.Terminal({ cols: 80, rows: 2, allowProposedApi: true });
  const columns: number[] = [];
  terminal.onData((report) => columns.push(Number(/;(?<column>\d+)R/.exec(report)?.[1]) - 1));
  const texts = Array.from({ length: 0x323b0 }, (_, code) =>
    clean(`a${String.fromCodePoint(code)}`, 20),
  );
  for (let at = 0; at < texts.length; at += 5_000) {
    const batch = texts.slice(at, at + 5_000).map((text) => `\r${text}\u001b[6n`);
    await new Promise<void>((resolve) => terminal.write(batch.join(''), resolve));
  }
  assert.equal(columns.length, texts.length);
  const wider = texts.filter((text, index) => (columns[index] ?? 0) > displayWidth(text));
  assert.deepEqual(wider, []);
  terminal.dispose();
});

test('no character joins what stands behind it, so that what is clean stays clean', () => {
  const ideograph = /[\p{Ideographic}\p{Script=Hangul}]/u;
  const characters = Array.from({ length: 0x20000 }, (_, code) => String.fromCodePoint(code));
  const texts = characters
    .filter((character) => !ideograph.test(character))
    .map((character) => `${clean(character, 20)}\\`);
  for (let first = 0; first < texts.length; first += 256) {
    const shown = texts.slice(first, first + 256).join('');
    assert.equal(clean(shown, 256 * 20), shown);
  }
  assert.equal(clean('\u{1193f}\0', 20), '\\u{1193f}\\u{0}');
  assert.equal(clean('\0\u0e33', 20), '\\u{0}\\u{e33}');
});

test('at most four marks stand on one letter', () => {
  const shown = clean(`z${'\u0300'.repeat(6)}`, 80);
  assert.equal(shown, `z${'\u0300'.repeat(4)}\\u{300}\\u{300}`);
});

test('a text is cut at its column limit and says so', () => {
  assert.equal(clean('abcdef', 6), 'abcdef');
  assert.equal(clean('abcdefg', 6), 'abcde…');
  assert.equal(clean('日本語', 6), '日本語');
  assert.equal(clean('日本語', 5), '日本…');
  assert.equal(clean('日本語', 4), '日…');
  assert.equal(clean('ab\u0007', 4), 'ab…', 'no half of an escape is left');
  assert.equal(clean('ab', 1), '…');
});

test('of a name of ten million characters no more is looked at than can be shown', (context) => {
  const looked: number[] = [];
  const { normalize } = String.prototype;
  context.mock.method(String.prototype, 'normalize', function (this: string, form?: string) {
    looked.push(this.length);
    return normalize.call(this, form);
  });
  assert.equal(clean('\u0300'.repeat(10_000_000), 16), '\\u{300}\\u{300}…');
  assert.equal(clean(`a${'\n'.repeat(10_000_000)}`, 6), 'a\\n\\n…');
  assert.deepEqual(looked, [16 * 16, 6 * 16]);
});

test('a literal is printable, and joined texts stay clean', () => {
  assert.equal(join([clean('a\n', 9), literal('b')], ' · '), 'a\\n · b');
  assert.throws(() => literal('a\u001b[31m'), /assertion failed/);
});

test('no text becomes more than its limit, or holds what acts or hides', () => {
  fc.assert(cleanTexts, { numRuns: 2_000 });
});

test('no text moves the cursor of a terminal further than its limit', async () => {
  await fc.assert(cursors, { numRuns: 300 });
});
