/**
 * Text from outside, made inert before a terminal sees it. Names and values can hold escape
 * sequences (colours that fake a tick, links, the clipboard), line breaks that forge rows, and
 * characters that reorder or hide others. All of them are shown as what they are: `\u{1b}`, `\n`.
 * Formats that programs read (json, yaml, a field in a pipe) stay exact instead.
 */

/** Control, format, surrogate, private-use and unassigned characters, line and paragraph ends. */
const unsafe = /[\p{C}\p{Zl}\p{Zp}]/gu;
/** The same without tab and line feed, for text that may have lines. */
const unsafeInLines = /(?![\t\n])[\p{C}\p{Zl}\p{Zp}]/gu;
/** Marks stacked on one letter cover the lines around it: four are a language, more are not. */
const stackedMarks = /(?<=\p{M}{4})\p{M}/gu;

const shortEscapes: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** The text as one harmless line. */
export function safeText(text: string): string {
  return text.replaceAll(unsafe, escapeCharacter).replaceAll(stackedMarks, escapeCharacter);
}

/** The text as harmless lines: what a person asked to see as it is. */
export function safeLines(text: string): string {
  return text.replaceAll(unsafeInLines, escapeCharacter).replaceAll(stackedMarks, escapeCharacter);
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return shortEscapes.get(character) ?? `\\u{${code.toString(16)}}`;
}
