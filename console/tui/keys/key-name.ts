/**
 * Names of keys. A printable key is its own name (`j`, `G`, `?`, `é`); the others have the names
 * of the help: `Enter`, `Esc`, `Tab`, `S-Tab`, `Space`, `Up`, `PageDown`, `F1`, `C-d` (with
 * Control), `M-b` (with Alt), `C-Left`.
 */

export type KeyName = string;

const named: ReadonlySet<string> = new Set([
  'Enter',
  'Esc',
  'Tab',
  'S-Tab',
  'Space',
  'Backspace',
  'Delete',
  'Up',
  'Down',
  'Left',
  'Right',
  'Home',
  'End',
  'PageUp',
  'PageDown',
  ...Array.from({ length: 12 }, (_, index) => `F${index + 1}`),
]);
const chord = /^(?:C-M-|C-|M-)(?<key>.+)$/u;
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Whether a table may name this key. */
export function isKeyName(key: KeyName): boolean {
  const inner = chord.exec(key)?.groups?.['key'];
  if (inner !== undefined) return named.has(inner) || /^[!-~]$/.test(inner);
  return named.has(key) || typedText(key) !== undefined;
}

/** What the key types into a line; undefined for keys that type nothing. */
export function typedText(key: KeyName): string | undefined {
  if (key === 'Space') return ' ';
  if (named.has(key) || /^\p{C}/u.test(key)) return undefined;
  const [first, second] = graphemes.segment(key);
  return first !== undefined && second === undefined ? key : undefined;
}

/** Keys that act even while a field has the keyboard: with Control or Alt, and the F keys. */
export function isCommandKey(key: KeyName): boolean {
  return chord.test(key) || /^F\d+$/.test(key);
}

/** As the footer and help print it. */
export function keyLabel(key: KeyName): string {
  return `<${key}>`;
}
