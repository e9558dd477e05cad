/**
 * A series: figures as one thing grows, a row for each size as soon as it is known, and at the end
 * how many times the first the last one is.
 */
import { type Column, figure, printCells, printTitles } from '../table.ts';

export interface SeriesColumn {
  readonly title: string;
  /** Behind the point. */
  readonly digits: number;
}

/** The last figure of a column, and how many times the first it is. */
export interface SeriesEnd {
  readonly last: number;
  readonly ratio: number;
}

const columnWidth = 12;
const ratioDigits = 2;

export class Series {
  readonly #columns: readonly SeriesColumn[];
  readonly #layout: readonly Column[];
  readonly #rows: (readonly number[])[] = [];

  /** Prints what grows, and the titles. */
  constructor(what: string, columns: readonly SeriesColumn[]) {
    this.#columns = columns;
    this.#layout = [
      [what, 26],
      ...columns.map(({ title }): Column => [title, Math.max(columnWidth, title.length + 2)]),
    ];
    console.log('');
    printTitles(this.#layout);
  }

  /** `figures`: one a column; NaN where there is none. */
  add(size: number, figures: readonly number[]): void {
    if (figures.length !== this.#columns.length) throw new Error('a row has a figure a column');
    this.#rows.push(figures);
    const cells = figures.map((value, at) => figure(value, this.#columns[at]?.digits ?? 0));
    printCells(this.#layout, [size.toLocaleString('en'), ...cells]);
  }

  /** Prints the last row over the first, and returns both by the title of their column. */
  end(): ReadonlyMap<string, SeriesEnd> {
    const last = this.#rows.at(-1) ?? [];
    const ratios = lastOverFirst(this.#rows);
    const cells = ratios.map((ratio) => figure(ratio, ratioDigits));
    printCells(this.#layout, ['last / first', ...cells]);
    return new Map(
      this.#columns.map(({ title }, at) => [
        title,
        { last: last[at] ?? Number.NaN, ratio: ratios[at] ?? Number.NaN },
      ]),
    );
  }
}

/** NaN where either is not known or the first is 0. */
export function lastOverFirst(rows: readonly (readonly number[])[]): readonly number[] {
  const first = rows[0] ?? [];
  const last = rows.at(-1) ?? [];
  return first.map((value, at) => (value === 0 ? Number.NaN : (last[at] ?? Number.NaN) / value));
}
