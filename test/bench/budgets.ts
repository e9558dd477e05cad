/**
 * The budgets of the architecture (section 10), which were set on a machine whose bare node:http
 * server answered 39,500 requests a second at 16 connections. Rates are scaled by what the
 * yardstick does in the same run, so that a slow or busy machine is not taken for a slow agent;
 * times and sizes are not.
 */
import type { Sync, Work } from './rates/work.ts';

export type Verdict = 'met' | 'within 2x' | 'missed' | '';

export interface Budget {
  readonly value: number;
  /** Whether more is better (a rate), or less (a time, a size). */
  readonly better: 'more' | 'less';
}

/** What the yardstick answered at 16 connections where the budgets were set, a second. */
const referenceYardstick = 39_500;

type Rates = Readonly<Record<Sync, Readonly<Record<number, number>>>>;

/** Requests a second there, by connections. What is not named is printed only. */
const rates: Readonly<Partial<Record<Work, Rates>>> = {
  read: {
    write: { 1: 3_000, 16: 16_625, 64: 18_400 },
    // At one connection each read waits for one sync (0.25 ms) more.
    always: { 1: 1_714, 16: 11_875, 64: 16_100 },
  },
  write: { write: { 16: 4_320, 64: 5_120 }, always: {} },
};

const atMost = (value: number): Budget => ({ value, better: 'less' });
const atLeast = (value: number): Budget => ({ value, better: 'more' });

/** Milliseconds, whatever the store holds. */
export const startBudget: Budget = atMost(300);
/** Milliseconds from the last share to a first answer; the crypto comes on top. */
export const unsealBudget: Budget = atMost(100);
/** MB. */
export const idleMemoryBudget: Budget = atMost(110);
/** Memory with 80,000 live tokens, as a part of that which is idle. */
export const tokensMemoryBudget: Budget = atMost(1.1);
/** CPU time of a read among 2,250,000 secrets, as a part of that among 1,000. */
export const manySecretsBudget: Budget = atMost(1.3);
/** Records a second, without and with the audit key. */
export const verifyBudgets: Readonly<Record<'without' | 'with', Budget>> = {
  without: atLeast(200_000),
  with: atLeast(120_000),
};

/**
 * The budget of a rate on a machine whose yardstick does `yardstick` a second at 16 connections.
 */
export function rateBudget(
  row: { readonly work: Work; readonly sync: Sync; readonly connections: number },
  yardstick: number,
): Budget | undefined {
  const rate = rates[row.work]?.[row.sync][row.connections];
  if (rate === undefined) return undefined;
  return atLeast((rate * yardstick) / referenceYardstick);
}

/** Whether a figure keeps its budget, keeps it but for a factor of two, or does not. */
export function verdictOf(figure: number, budget: Budget | undefined): Verdict {
  if (budget === undefined || Number.isNaN(figure)) return '';
  const times = budget.better === 'more' ? budget.value / figure : figure / budget.value;
  if (times <= 1) return 'met';
  return times <= 2 ? 'within 2x' : 'missed';
}
