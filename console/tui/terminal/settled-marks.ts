/**
 * Nonspacing marks that every terminal draws on the letter before them: those of Unicode 5.0,
 * which the oldest width tables in use know (M. Kuhn's wcwidth, 2007). Later marks take a column
 * of their own in such terminals, and a name full of them would break the screen there.
 */

/** First and last code point, ascending. */
const ranges: readonly (readonly [first: number, last: number])[] = [
  [0x0300, 0x034e],
  [0x0350, 0x0486],
  [0x0591, 0x0615],
  [0x064b, 0x065e],
  [0x0670, 0x07f3],
  [0x0901, 0x0902],
  [0x093c, 0x0954],
  [0x0962, 0x09e3],
  [0x0a01, 0x0a4d],
  [0x0a70, 0x0a71],
  [0x0a81, 0x0ae3],
  [0x0b01, 0x0b43],
  [0x0b4d, 0x0b4d],
  [0x0b56, 0x0b56],
  [0x0b82, 0x0bcd],
  [0x0c3e, 0x0c56],
  [0x0cbc, 0x0ce3],
  [0x0d41, 0x0d43],
  [0x0d4d, 0x0d4d],
  [0x0dca, 0x0eb9],
  [0x0ebb, 0x0ecd],
  [0x0f18, 0x0f87],
  [0x0f90, 0x1032],
  [0x1036, 0x1039],
  [0x1058, 0x1059],
  [0x135f, 0x135f],
  [0x1712, 0x1773],
  [0x17b7, 0x17dd],
  [0x18a9, 0x1a18],
  [0x1b00, 0x1b73],
  [0x1dc0, 0x1dca],
  [0x1dfe, 0x1dff],
  [0x20d0, 0x20ef],
  [0x302a, 0x309a],
  [0xa806, 0xa826],
  [0xfb1e, 0xfb1e],
  [0xfe20, 0xfe23],
  [0x10a01, 0x10a3f],
  [0x1d167, 0x1d244],
];

const nonspacing = /^\p{Mn}$/u;
const spacing = /^\p{Mc}$/u;

/** Whether the character is a mark that may stand on a letter. */
export function isSettledMark(character: string): boolean {
  if (spacing.test(character)) return true;
  const code = character.codePointAt(0) ?? 0;
  return (
    nonspacing.test(character) && ranges.some(([first, last]) => code >= first && code <= last)
  );
}
