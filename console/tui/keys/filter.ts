/** The filter of a view: `text` shows the rows that contain it, `!text` hides them. */

export interface Filter {
  readonly text: string;
  readonly inverted: boolean;
}

/** The filter that a typed line means; undefined for one that filters nothing. */
export function parseFilter(typed: string): Filter | undefined {
  const inverted = typed.startsWith('!');
  const text = fold((inverted ? typed.slice(1) : typed).trim());
  return text === '' ? undefined : { text, inverted };
}

/** Whether a row of these texts is shown. Case does not matter. */
export function isShown(filter: Filter | undefined, texts: readonly string[]): boolean {
  if (filter === undefined) return true;
  const contains = texts.some((text) => fold(text).includes(filter.text));
  return contains !== filter.inverted;
}

export interface Filtered<Row> {
  readonly shown: readonly Row[];
  readonly hiddenCount: number;
}

/** The rows that are shown, and how many are not: both are always on the screen. */
export function filterRows<Row>(
  rows: readonly Row[],
  filter: Filter | undefined,
  textsOf: (row: Row) => readonly string[],
): Filtered<Row> {
  const shown = rows.filter((row) => isShown(filter, textsOf(row)));
  return { shown, hiddenCount: rows.length - shown.length };
}

function fold(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
