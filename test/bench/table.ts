/** The rows that the bench prints. */
import type { Budget, Verdict } from './budgets.ts';
import { verdictOf } from './budgets.ts';
import type { Measured } from './wrk-output.ts';

const columns = [26, 6, 14, 9, 9, 9, 9, 9, 11, 9] as const;
const titles = [
  'work',
  'conn',
  'of yardstick',
  'req/s',
  'p50 ms',
  'p99 ms',
  'cpu µs',
  'budget',
  'verdict',
  'not 2xx',
];

export function printTitles(): void {
  printCells(titles);
}

/** What stands beside a rate. */
export interface Beside {
  /** What the yardstick does at 16 connections at about the same time. */
  readonly yardstick?: number | undefined;
  readonly budget?: Budget | undefined;
  /** CPU time of the server for each request: other load on the machine hardly moves it. */
  readonly cpuMicroseconds: number;
}

export function printRate(
  work: string,
  connections: number,
  measured: Measured,
  { yardstick, budget, cpuMicroseconds }: Beside,
): void {
  const { requestsPerSecond, p50Ms, p99Ms, notOk } = measured;
  printCells([
    work,
    String(connections),
    yardstick === undefined ? '' : (requestsPerSecond / yardstick).toFixed(3),
    requestsPerSecond.toFixed(0),
    p50Ms.toFixed(2),
    p99Ms.toFixed(2),
    Number.isNaN(cpuMicroseconds) ? '' : cpuMicroseconds.toFixed(0),
    budget === undefined ? '' : budget.value.toFixed(0),
    verdictOf(requestsPerSecond, budget),
    String(notOk),
  ]);
}

/** A time or a size, beside its budget. */
export function printFact(name: string, figure: number, unit: string, budget: Budget): void {
  const verdict: Verdict = verdictOf(figure, budget);
  const value = Number.isNaN(figure) ? 'not known here' : `${figure.toFixed(0)} ${unit}`;
  console.log(
    `${name.padEnd(48)} ${value.padStart(9)}   budget ${budget.value} ${unit}: ${verdict}`,
  );
}

function printCells(cells: readonly string[]): void {
  const [first = '', ...others] = cells;
  const padded = others.map((cell, at) => cell.padStart(columns[at + 1] ?? 0));
  console.log(first.padEnd(columns[0]) + padded.join(''));
}
