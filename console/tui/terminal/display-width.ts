/**
 * Columns that a text takes in a terminal: marks none (spacing ones one), East Asian wide and
 * emoji characters two, all others one. Exact for what safe-text.ts lets through, which is why
 * that file shows by number whatever terminals disagree on.
 */

const ascii = /^[\u0020-\u007e]*$/;
const nonspacing = /^[\p{Mn}\p{Me}]$/u;
const emoji = /^\p{Emoji_Presentation}$/u;

/**
 * East Asian Wide and Fullwidth blocks (Unicode's EastAsianWidth.txt) outside of what
 * `Emoji_Presentation` names, as pairs of first and last code point, ascending.
 */
const wideRanges: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2630, 0x2637],
  [0x268a, 0x268f],
  [0x2e80, 0x303e],
  [0x3041, 0x3247],
  [0x3250, 0x4dbf],
  [0x4dc0, 0x4dff],
  [0x4e00, 0xa4c6],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6b],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18df2],
  [0x1aff0, 0x1b2fb],
  [0x1d300, 0x1d376],
  [0x1f200, 0x1f265],
  [0x20000, 0x3fffd],
];

/** Columns of one character (code point). */
export function characterColumns(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x0300) return 1;
  if (nonspacing.test(character)) return 0;
  return isWide(code) || emoji.test(character) ? 2 : 1;
}

/** Columns of a text without control characters. */
export function displayWidth(text: string): number {
  if (ascii.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += characterColumns(character);
  return columns;
}

function isWide(code: number): boolean {
  if (code < 0x1100) return false;
  return wideRanges.some(([first, last]) => code >= first && code <= last);
}
