/**
 * Line charts of braille characters: each cell is a grid of two by four dots (Unicode block
 * U+2800). Sparklines and bars use block elements.
 */
import { literal, type SafeText } from '../terminal/safe-text.ts';

/** Bits of the dots of a cell: by row from the top, then left and right. */
const dotBits: readonly (readonly [left: number, right: number])[] = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];
const blankCell = 0x2800;
const dotsAcross = 2;
const dotsDown = 4;
const bars = '▁▂▃▄▅▆▇█';

export interface ChartScale {
  readonly columns: number;
  readonly rows: number;
  /** What meets the upper edge; the largest value without one. */
  readonly max?: number;
}

/**
 * The series as a line over the whole width: the last sample meets the right edge, zero the lower
 * one. Values that are not finite leave a gap.
 */
export function brailleChart(series: readonly number[], scale: ChartScale): readonly SafeText[] {
  const { columns, rows } = scale;
  const width = columns * dotsAcross;
  const height = rows * dotsDown;
  const cells = new Uint8Array(columns * rows);
  const points = chartPoints(series, { width, height, max: scale.max });
  for (const [index, point] of points.entries()) {
    if (point === undefined) continue;
    drawSegment(points[index - 1] ?? point, point, ({ x, y }) => setDot(cells, columns, { x, y }));
  }
  return Array.from({ length: rows }, (_, row) =>
    chartRow(cells.subarray(row * columns, (row + 1) * columns)),
  );
}

/** The newest samples, one column each, against the largest of them. */
export function sparkline(series: readonly number[], columns: number, max?: number): SafeText {
  const shown = series.slice(-columns).map((value) => (Number.isFinite(value) ? value : 0));
  const top = Math.max(max ?? 0, ...shown);
  const text = shown.map((value) => barOf(value, top)).join('');
  return text.padStart(columns) as SafeText;
}

/** `████░░░░` for a share between 0 and 1. */
export function barText(share: number, columns: number): SafeText {
  const part = Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
  const full = Math.round(part * columns);
  return literal('█'.repeat(full) + '░'.repeat(columns - full));
}

interface Dot {
  readonly x: number;
  readonly y: number;
}

function chartPoints(
  series: readonly number[],
  {
    width,
    height,
    max,
  }: { readonly width: number; readonly height: number; readonly max: number | undefined },
): readonly (Dot | undefined)[] {
  const shown = series.slice(-width);
  const largest = shown.reduce(
    (top, value) => (Number.isFinite(value) ? Math.max(top, value) : top),
    0,
  );
  const top = max ?? (largest > 0 ? largest : 1);
  const step = shown.length > 1 ? (width - 1) / (shown.length - 1) : 0;
  const start = shown.length > 1 ? 0 : width - 1;
  return shown.map((value, index) => {
    if (!Number.isFinite(value)) return undefined;
    const share = Math.min(1, Math.max(0, value / top));
    return { x: Math.round(start + index * step), y: Math.round((1 - share) * (height - 1)) };
  });
}

function drawSegment(from: Dot, to: Dot, draw: (dot: Dot) => void): void {
  const steps = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y), 1);
  for (let step = 0; step <= steps; step += 1) {
    const part = step / steps;
    draw({
      x: Math.round(from.x + (to.x - from.x) * part),
      y: Math.round(from.y + (to.y - from.y) * part),
    });
  }
}

function setDot(cells: Uint8Array, columns: number, { x, y }: Dot): void {
  const bit = dotBits[y % dotsDown]?.[x % dotsAcross] ?? 0;
  const cell = Math.floor(y / dotsDown) * columns + Math.floor(x / dotsAcross);
  cells[cell] = (cells[cell] ?? 0) | bit;
}

/** A blank braille cell is drawn as a space: it is invisible, and text is checked for such. */
function chartRow(cells: Uint8Array): SafeText {
  const characters = Array.from(cells, (bits) =>
    bits === 0 ? ' ' : String.fromCodePoint(blankCell + bits),
  );
  return characters.join('') as SafeText;
}

function barOf(value: number, top: number): string {
  if (top <= 0) return bars.charAt(0);
  const level = Math.min(bars.length - 1, Math.floor((Math.max(0, value) / top) * bars.length));
  return bars.charAt(level);
}
