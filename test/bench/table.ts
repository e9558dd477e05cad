/** The rows that the bench prints. What travels from machine to machine stands first. */
import { type Budget, verdictOf } from './budgets.ts';
import type { Measured } from './load/measured.ts';

/** A column: its title, and how wide it is. */
export type Column = readonly [title: string, width: number];

const rateColumns: readonly Column[] = [
  ['work', 34],
  ['conn', 6],
  ['of yardstick', 14],
  ['req/s', 9],
  ['p50 ms', 9],
  ['p99 ms', 9],
  ['cpu µs', 9],
  ['cpu ×', 8],
  ['budget', 9],
  ['verdict', 11],
  ['not 2xx', 9],
];

export function printTitles(columns: readonly Column[] = rateColumns): void {
  printCells(
    columns,
    columns.map(([title]) => title),
  );
}

/** The first cell is flush left, the others flush right. */
export function printCells(columns: readonly Column[], cells: readonly string[]): void {
  const padded = cells.map((cell, at) => {
    const width = columns[at]?.[1] ?? 0;
    return at === 0 ? cell.padEnd(width) : cell.padStart(width);
  });
  console.log(padded.join('').trimEnd());
}

/** What stands beside a rate. */
export interface Beside {
  /** What the yardstick does at 16 connections at about the same time. */
  readonly yardstick?: number | undefined;
  readonly budget?: Budget | undefined;
  /** CPU time of the server for each request: other load on the machine hardly moves it. */
  readonly cpuMicroseconds: number;
  /** The same, of the CPU time of the yardstick. */
  readonly cpuRatio?: number | undefined;
}

export function printRate(
  work: string,
  connections: number,
  measured: Measured,
  { yardstick, budget, cpuMicroseconds, cpuRatio = Number.NaN }: Beside,
): void {
  const { requestsPerSecond, p50Ms, p99Ms, notOk } = measured;
  printCells(rateColumns, [
    work,
    String(connections),
    yardstick === undefined ? '' : (requestsPerSecond / yardstick).toFixed(3),
    requestsPerSecond.toFixed(0),
    p50Ms.toFixed(2),
    p99Ms.toFixed(2),
    figure(cpuMicroseconds, 0),
    figure(cpuRatio, 1),
    budget === undefined ? '' : budget.value.toFixed(0),
    verdictOf(requestsPerSecond, budget),
    String(notOk),
  ]);
}

const nameWidth = 52;
const valueWidth = 18;

/** A time, a size or a ratio, beside its budget if it has one. */
export function printFact(name: string, value: number, unit: string, budget?: Budget): void {
  const digits = value < 100 && unit !== 'MB' ? 2 : 0;
  const text = Number.isNaN(value) ? 'not known here' : `${value.toFixed(digits)} ${unit}`;
  const beside =
    budget === undefined ? '' : `   budget ${budget.value} ${unit}: ${verdictOf(value, budget)}`;
  console.log(`${name.padEnd(nameWidth)} ${text.padStart(valueWidth)}${beside}`);
}

/** A figure with so many digits behind its point; nothing where it is not known. */
export function figure(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : '';
}
