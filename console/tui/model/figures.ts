/**
 * Figures as the console prints them: with separators and units, times in UTC with Z, ages as short
 * as they are readable. Everything is made of our own characters, so all of it is safe.
 */
import { literal, type SafeText } from '../terminal/safe-text.ts';

/** `18,204` */
export function countText(count: number): SafeText {
  const whole = String(Math.trunc(Math.abs(count)));
  const grouped = whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
  return literal(count < 0 ? `-${grouped}` : grouped);
}

/** `12%` */
export function percentText(percent: number): SafeText {
  return literal(`${Math.round(percent)}%`);
}

/** `88M`: three digits at most, in binary units. */
export function sizeText(bytes: number): SafeText {
  const units = ['B', 'K', 'M', 'G', 'T', 'P'];
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_024;
    unit += 1;
  }
  const shown = unit > 0 && value < 10 ? value.toFixed(1) : String(Math.round(value));
  return literal(`${shown}${units[unit]}`);
}

/** `4.1 ms`, `0.6 ms`, `1.2 s` */
export function millisecondsText(milliseconds: number): SafeText {
  if (milliseconds >= 1_000) return literal(`${(milliseconds / 1_000).toFixed(1)} s`);
  const digits = milliseconds < 10 ? 1 : 0;
  return literal(`${milliseconds.toFixed(digits)} ms`);
}

/** How long ago: `0.1s`, `12s`, `3m`, `7h12`, `3d`. */
export function ageText(milliseconds: number): SafeText {
  const seconds = Math.max(0, milliseconds) / 1_000;
  if (seconds < 10) return literal(`${seconds.toFixed(1)}s`);
  if (seconds < 100) return literal(`${Math.floor(seconds)}s`);
  return spanText(seconds);
}

/** A stretch of time in at most two units: `90s`, `12m`, `7h12`, `3d`. */
export function spanText(seconds: number): SafeText {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 2) return literal(`${Math.floor(seconds)}s`);
  if (minutes < 100) return literal(`${minutes}m`);
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return literal(`${hours}h${String(minutes % 60).padStart(2, '0')}`);
  return literal(`${Math.floor(hours / 24)}d`);
}

/** What is left: `07:42`, `1:07:42`; `00:00` when nothing is. */
export function countdownText(milliseconds: number): SafeText {
  const seconds = Math.ceil(Math.max(0, milliseconds) / 1_000);
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const tail = `${String(minutes).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
  return literal(hours === 0 ? tail : `${hours}:${tail}`);
}

/** `12:03:11Z` */
export function clockText(timeMs: number): SafeText {
  return literal(`${isoText(timeMs).slice(11, 19)}Z`);
}

/** `2026-11-25 12:03:11Z` */
export function timeText(timeMs: number): SafeText {
  return literal(`${isoText(timeMs).slice(0, 19).replace('T', ' ')}Z`);
}

function isoText(timeMs: number): string {
  const limit = 8_640_000_000_000_000;
  const known = Number.isFinite(timeMs) ? Math.min(Math.max(timeMs, 0), limit) : 0;
  return new Date(known).toISOString();
}
