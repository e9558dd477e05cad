/** What a simulation prints. */
import type { Plan } from '../world/plan.ts';
import type { Failovers } from './failover.ts';
import type { Failure } from './messages.ts';
import type { Shrunk } from './shrink.ts';
import type { SeedRange, TwiceResult } from './twice.ts';

const linesShown = 20;

export function saySummary(range: SeedRange, result: TwiceResult, wallMs: number): void {
  const { isOnce = false } = range;
  const runs = isOnce ? range.seeds : 2 * range.seeds;
  const { results, failures, differing } = result;
  const events = sum(results.map((part) => part.events));
  const cpuSeconds = sum(results.map(({ cpuMs }) => cpuMs)) / 1_000;
  const seconds = wallMs / 1_000;
  say(
    `${range.seeds} seeds from ${range.from}, each ${isOnce ? 'once' : 'twice'}: ` +
      `${failures.length} broke` +
      (isOnce ? '' : `, ${differing.length} differed between their runs`),
  );
  say(
    `${seconds.toFixed(1)} s: ${rate(runs, seconds)} runs/s, ${rate(events, seconds)} events/s; ` +
      `a core alone ${rate(runs, cpuSeconds)} runs/s of ${rate(events, runs)} events`,
  );
  say(happenings(result));
  if (differing.length > 0) say(`differing: ${differing.slice(0, 10).join(' ')}`);
}

export function happenings({ results }: TwiceResult): string {
  const totals = new Map<string, number>();
  for (const { counts } of results) {
    for (const [what, count] of counts) totals.set(what, (totals.get(what) ?? 0) + count);
  }
  const sorted = [...totals].sort(([left], [right]) => (left < right ? -1 : 1));
  return sorted.map(([what, count]) => `${what} ${count}`).join(', ');
}

export function replayCommand(tier: Plan['tier'], seed: number, isTight: boolean): string {
  const limits = isTight ? ' --limits tight' : '';
  return `npm run sim -- --host ${tier}${limits} --from ${seed} --seeds 1`;
}

export function sayFailure(command: string, failure: Failure): void {
  say(`seed ${failure.seed}: ${failure.message}`);
  say(`again: ${command}`);
}

export function sayShrunk({ plan, broken, attempts }: Shrunk): void {
  say(`after ${attempts} attempts to make it smaller: ${broken.message}`);
  for (const line of broken.lines.slice(-linesShown)) say(`  ${line}`);
  if (broken.cause instanceof Error) say(broken.cause.stack ?? '');
  say('its plan, for --plan FILE:');
  say(JSON.stringify(plan));
}

/** One line of figures. */
export function failoverText(what: string, { kills, medianMs, p99Ms, worstMs }: Failovers): string {
  const times = [medianMs, p99Ms, worstMs].map((ms) => `${(ms / 1_000).toFixed(2)} s`);
  return `${kills} kills with ${what}: median ${times[0]}, p99 ${times[1]}, worst ${times[2]}`;
}

export function sayFailovers(what: string, failovers: Failovers): void {
  say(failoverText(what, failovers));
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function rate(count: number, per: number): string {
  return (count / per).toFixed(0);
}
