import { assert } from '../../shared/assert.ts';
import { failure } from '../../shared/errors/failure.ts';
import { formatDuration } from '../../shared/units/duration.ts';
import { tokenTtlSecondsDefault, tokenTtlSecondsMax } from './limits.ts';

/**
 * How long a token lives. Everything is computed from cluster time in milliseconds; lives are whole
 * seconds, rounded down, so a deadline is never later than promised.
 *
 * - A plain token lives for its TTL, may be renewed, and dies at the latest `maxTtlSeconds` after
 *   it was made (the smaller of its own maximum and that of the system).
 * - A periodic one gets its period with each renewal, without end unless it has a maximum of its
 *   own.
 * - Whatever would live for less than a second is refused: on the wire a TTL of 0 means "for ever"
 *   (CVE-2021-32923 was a renewal in the last second that was answered 0).
 */
export interface LifetimeRules {
  readonly createdMs: number;
  /** Wished life without a wish of the request; 0: the system's default. */
  readonly ttlSeconds: number;
  /** Life that no renewal can exceed; 0: only the system's. */
  readonly explicitMaxTtlSeconds: number;
  /** More than 0: periodic. */
  readonly periodSeconds: number;
}

/** What the system or the mount allows. */
export interface LifetimeLimits {
  readonly defaultTtlSeconds: number;
  readonly maxTtlSeconds: number;
}

/** Where neither configuration nor mount says more. */
export const defaultLifetimeLimits: LifetimeLimits = {
  defaultTtlSeconds: tokenTtlSecondsDefault,
  maxTtlSeconds: tokenTtlSecondsMax,
};

export interface Lifetime {
  /** At least 1. */
  readonly ttlSeconds: number;
  readonly expiresMs: number;
}

/**
 * The life from `nowMs` on, at creation or renewal. `wishSeconds` 0 is no wish.
 * Throws `token.past-max-ttl`.
 */
export function lifetime(
  rules: LifetimeRules,
  limits: LifetimeLimits,
  moment: { readonly nowMs: number; readonly wishSeconds: number },
  warn: (message: string) => void,
): Lifetime {
  assert(limits.maxTtlSeconds >= 1 && limits.defaultTtlSeconds >= 1, 'limits are set');
  const maxTtlSeconds = smallerMaximum(rules.explicitMaxTtlSeconds, limits.maxTtlSeconds);
  const wished = wishedSeconds(rules, limits, moment.wishSeconds);
  const latestMs = latestDeadlineMs(rules, maxTtlSeconds);
  // A transaction knows the time from before it read a token that was made meanwhile.
  const nowMs = Math.max(moment.nowMs, rules.createdMs);
  const remainingSeconds = Math.floor((latestMs - nowMs) / 1_000);
  if (remainingSeconds < 1) throw failure('token.past-max-ttl');
  const ttlSeconds = Math.min(wished, maxTtlSeconds, remainingSeconds);
  if (ttlSeconds < wished) warn(cappedWarning(wished, ttlSeconds));
  assert(ttlSeconds >= 1, 'a life is at least a second');
  return { ttlSeconds, expiresMs: nowMs + ttlSeconds * 1_000 };
}

function wishedSeconds(rules: LifetimeRules, limits: LifetimeLimits, wishSeconds: number): number {
  if (rules.periodSeconds > 0) return rules.periodSeconds;
  return wishSeconds || rules.ttlSeconds || limits.defaultTtlSeconds;
}

function latestDeadlineMs(rules: LifetimeRules, maxTtlSeconds: number): number {
  if (rules.periodSeconds === 0) return rules.createdMs + maxTtlSeconds * 1_000;
  return rules.explicitMaxTtlSeconds === 0
    ? Number.POSITIVE_INFINITY
    : rules.createdMs + rules.explicitMaxTtlSeconds * 1_000;
}

/** The smaller of two maxima, where 0 means none. */
export function smallerMaximum(one: number, other: number): number {
  if (one === 0 || other === 0) return one + other;
  return Math.min(one, other);
}

function cappedWarning(wished: number, capped: number): string {
  return (
    `TTL of "${formatDuration(wished)}" exceeded the effective max_ttl of ` +
    `"${formatDuration(capped)}"; TTL value is capped accordingly`
  );
}
