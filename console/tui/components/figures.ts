/** Numbers and times as people read them: separators, units, never a locale. */
import { literal, type SafeText } from '../terminal/safe-text.ts';

/** `18,204` */
export function grouped(value: number): SafeText {
  const [whole = '0'] = String(Math.trunc(value)).split('.');
  return literal(whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ','));
}

/** `7h12`, `3m05`, `12 s`: two steps of precision are enough for waiting. */
export function waitingTime(durationMs: number): SafeText {
  const seconds = Math.max(0, Math.ceil(durationMs / 1_000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const two = (value: number): string => String(value).padStart(2, '0');
  if (hours > 0) return literal(`${hours}h${two(minutes % 60)}`);
  return literal(minutes > 0 ? `${minutes}m${two(seconds % 60)}` : `${seconds} s`);
}
