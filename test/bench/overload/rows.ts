/** The rows that the overload bench prints: a figure, its target, and whether that is met. */

export interface Target {
  /** The most, or the least, that the figure may be. */
  readonly most?: number;
  readonly least?: number;
}

const nameWidth = 66;
const valueWidth = 12;

export function heading(text: string): void {
  console.log(`\n${text}`);
}

export function row(name: string, value: number, unit: string, target: Target = {}): void {
  const shown = Number.isNaN(value) ? 'not known' : `${value.toFixed(digits(value))} ${unit}`;
  console.log(`  ${name.padEnd(nameWidth)}${shown.padStart(valueWidth)}${judged(value, target)}`);
}

function judged(value: number, { most, least }: Target): string {
  if (most === undefined && least === undefined) return '';
  const met = value <= (most ?? Number.POSITIVE_INFINITY) && value >= (least ?? 0);
  const bound = most === undefined ? `≥ ${least}` : `≤ ${most}`;
  return `   target ${bound}: ${met ? 'met' : 'missed'}`;
}

function digits(value: number): number {
  return Number.isInteger(value) || value >= 100 ? 0 : 1;
}
