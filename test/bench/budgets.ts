/**
 * The budgets of the architecture (section 10), which were set on a machine whose bare node:http
 * server answered 39,500 requests a second at 16 connections. Rates are scaled by what the
 * yardstick does in the same run, so that a slow or busy machine is not taken for a slow agent;
 * times and sizes are not.
 */
import type { Sync, Work } from './work.ts';

export type Verdict = 'met' | 'within 2x' | 'missed' | '';

export interface Budget {
  readonly value: number;
  /** Whether more is better (a rate), or less (a time, a size). */
  readonly better: 'more' | 'less';
}

/** What the yardstick answered at 16 connections where the budgets were set, a second. */
const referenceYardstick = 39_500;

/** Requests a second there, by connections. What is not named is printed only. */
const rates: Readonly<Record<Work, Readonly<Record<Sync, Readonly<Record<number, number>>>>>> = {
  read: {
    write: { 1: 3_000, 16: 16_625, 64: 18_400 },
    // At one connection each read waits for one sync (0.25 ms) more.
    always: { 1: 1_714, 16: 11_875, 64: 16_100 },
  },
  write: { write: { 16: 4_320, 64: 5_120 }, always: {} },
};

export const startBudget: Budget = { value: 300, better: 'less' };
export const idleMemoryBudget: Budget = { value: 110, better: 'less' };

/**
 * The budget of a rate on a machine whose yardstick does `yardstick` a second at 16 connections.
 */
export function rateBudget(
  row: { readonly work: Work; readonly sync: Sync; readonly connections: number },
  yardstick: number,
): Budget | undefined {
  const rate = rates[row.work][row.sync][row.connections];
  if (rate === undefined) return undefined;
  return { value: (rate * yardstick) / referenceYardstick, better: 'more' };
}

/** Whether a figure keeps its budget, keeps it but for a factor of two, or does not. */
export function verdictOf(figure: number, budget: Budget | undefined): Verdict {
  if (budget === undefined || Number.isNaN(figure)) return '';
  const times = budget.better === 'more' ? budget.value / figure : figure / budget.value;
  if (times <= 1) return 'met';
  return times <= 2 ? 'within 2x' : 'missed';
}
