import { isJsonObject, type JsonObject, type JsonValue } from '../../../shared/json/value.ts';
import { displayWidth } from '../../tui/terminal/display-width.ts';
import { safeText } from './safe-text.ts';

/**
 * Tables for people: aligned columns, two spaces between them, no frames, one line a row. Every
 * cell is harmless text; what is absent is shown as `-`.
 */

const gap = '  ';

/** Rows under headings. */
export function rowsTable(headings: readonly string[], rows: readonly JsonValue[][]): string {
  const cells = rows.map((row) => row.map(cellText));
  const rules = headings.map((heading) => '-'.repeat(heading.length));
  return alignColumns([headings, rules, ...cells]);
}

/** An object as rows of name and value. */
export function objectTable(object: JsonObject, headings = ['Key', 'Value']): string {
  return rowsTable(
    headings,
    Object.entries(object).map(([name, value]) => [name, value]),
  );
}

/** Names, one a line, under a heading. */
export function namesTable(heading: string, names: readonly string[]): string {
  return rowsTable(
    [heading],
    names.map((name) => [name]),
  );
}

/** Parts of an answer, each under its title. */
export function sections(parts: readonly (readonly [title: string, body: string])[]): string {
  return parts.map(([title, body]) => `== ${title} ==\n${body}`).join('\n');
}

/** One value in one line. */
function cellText(value: JsonValue): string {
  if (value === null || value === '') return '-';
  if (typeof value === 'string') return safeText(value);
  if (Array.isArray(value) && value.every((element) => typeof element === 'string')) {
    return value.length === 0 ? '-' : safeText(value.join(', '));
  }
  if (isJsonObject(value) && Object.keys(value).length === 0) return '-';
  return safeText(JSON.stringify(value));
}

function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, displayWidth(cell));
    }
  }
  return rows.map((row) => `${alignRow(row, widths)}\n`).join('');
}

function alignRow(row: readonly string[], widths: readonly number[]): string {
  const last = row.length - 1;
  return row
    .map((cell, column) => {
      const padding = column === last ? 0 : (widths[column] ?? 0) - displayWidth(cell);
      return cell + ' '.repeat(padding);
    })
    .join(gap);
}
