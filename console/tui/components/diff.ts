/**
 * What changed between two texts, by lines: the greedy algorithm of E. Myers, "An O(ND) Difference
 * Algorithm and Its Variations" (1986). Texts that differ too much are shown as replaced whole.
 */
import { diffChangesMax } from '../../limits.ts';

export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
  /** From 1; undefined where the text has no such line. */
  readonly oldNumber: number | undefined;
  readonly newNumber: number | undefined;
}

/** All lines of both texts in the order of reading: removed ones before what replaces them. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const old = before.split('\n');
  const fresh = after.split('\n');
  const trace = shortestEdit(old, fresh);
  return trace === undefined ? replacedWhole(old, fresh) : walkBack(trace, old, fresh);
}

/** The lines around changes only; undefined stands for the lines left out between them. */
export function hunks(
  lines: readonly DiffLine[],
  contextLines: number,
): readonly (DiffLine | undefined)[] {
  const near = new Set<number>();
  for (const [index, { kind }] of lines.entries()) {
    if (kind === 'same') continue;
    for (let at = index - contextLines; at <= index + contextLines; at += 1) near.add(at);
  }
  return lines.flatMap((line, index) => {
    if (near.has(index)) return [line];
    return near.has(index - 1) || index === 0 ? [undefined] : [];
  });
}

/** Furthest x on each diagonal before each step; undefined when too many steps are needed. */
function shortestEdit(
  old: readonly string[],
  fresh: readonly string[],
): readonly ReadonlyMap<number, number>[] | undefined {
  const stepsMax = Math.min(old.length + fresh.length, diffChangesMax);
  const furthest = new Map<number, number>([[1, 0]]);
  const trace: ReadonlyMap<number, number>[] = [];
  for (let step = 0; step <= stepsMax; step += 1) {
    trace.push(new Map(furthest));
    for (let diagonal = -step; diagonal <= step; diagonal += 2) {
      const start = startOf(furthest, diagonal, step);
      const x = slide(old, fresh, { x: start, y: start - diagonal });
      furthest.set(diagonal, x);
      if (x >= old.length && x - diagonal >= fresh.length) return trace;
    }
  }
  return undefined;
}

function startOf(furthest: ReadonlyMap<number, number>, diagonal: number, step: number): number {
  const below = furthest.get(diagonal + 1) ?? -1;
  const left = furthest.get(diagonal - 1) ?? -1;
  return diagonal === -step || (diagonal !== step && left < below) ? below : left + 1;
}

function slide(
  old: readonly string[],
  fresh: readonly string[],
  from: { readonly x: number; readonly y: number },
): number {
  let { x, y } = from;
  while (x < old.length && y < fresh.length && old[x] === fresh[y]) {
    x += 1;
    y += 1;
  }
  return x;
}

function walkBack(
  trace: readonly ReadonlyMap<number, number>[],
  old: readonly string[],
  fresh: readonly string[],
): readonly DiffLine[] {
  const lines: DiffLine[] = [];
  let x = old.length;
  let y = fresh.length;
  for (let step = trace.length - 1; step >= 0; step -= 1) {
    const furthest = trace[step] ?? new Map<number, number>();
    const diagonal = x - y;
    const start = startOf(furthest, diagonal, step);
    while (x > start && y > start - diagonal) {
      x -= 1;
      y -= 1;
      lines.push({ kind: 'same', text: old[x] ?? '', oldNumber: x + 1, newNumber: y + 1 });
    }
    if (step === 0) break;
    if (
      start === furthest.get(diagonal + 1) &&
      (diagonal === -step || !cameFromLeft(furthest, diagonal, step))
    ) {
      y -= 1;
      lines.push({ kind: 'added', text: fresh[y] ?? '', oldNumber: undefined, newNumber: y + 1 });
    } else {
      x -= 1;
      lines.push({ kind: 'removed', text: old[x] ?? '', oldNumber: x + 1, newNumber: undefined });
    }
  }
  return lines.toReversed();
}

function cameFromLeft(
  furthest: ReadonlyMap<number, number>,
  diagonal: number,
  step: number,
): boolean {
  if (diagonal === step) return true;
  return (furthest.get(diagonal - 1) ?? -1) >= (furthest.get(diagonal + 1) ?? -1);
}

function replacedWhole(old: readonly string[], fresh: readonly string[]): readonly DiffLine[] {
  return [
    ...old.map((text, index) => ({
      kind: 'removed' as const,
      text,
      oldNumber: index + 1,
      newNumber: undefined,
    })),
    ...fresh.map((text, index) => ({
      kind: 'added' as const,
      text,
      oldNumber: undefined,
      newNumber: index + 1,
    })),
  ];
}
