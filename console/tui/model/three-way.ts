/**
 * Two changes of one text, side by side: what only they changed, what only I changed, and where
 * both changed the same lines. The parts that all three texts share are found line by line, as in
 * S. Khanna, K. Kunal and B. Pierce, "A Formal Investigation of Diff3" (2007).
 */
import { diffLines } from '../components/diff.ts';

export interface Region {
  /** `agreed`: both changed it to the same; `conflict`: to different things. */
  readonly kind: 'same' | 'mine' | 'theirs' | 'agreed' | 'conflict';
  readonly base: readonly string[];
  readonly mine: readonly string[];
  readonly theirs: readonly string[];
}

export interface Versions {
  readonly base: string;
  readonly mine: string;
  readonly theirs: string;
}

/** The regions of the texts, from the top; `same` ones and others take turns. */
export function threeWay({ base, mine, theirs }: Versions): readonly Region[] {
  const texts = { base: base.split('\n'), mine: mine.split('\n'), theirs: theirs.split('\n') };
  const inMine = matches(base, mine);
  const inTheirs = matches(base, theirs);
  const regions: Region[] = [];
  const at = { base: 0, mine: 0, theirs: 0 };
  const take = (to: typeof at): void => {
    const region = classified({
      base: texts.base.slice(at.base, to.base),
      mine: texts.mine.slice(at.mine, to.mine),
      theirs: texts.theirs.slice(at.theirs, to.theirs),
    });
    if (region !== undefined) regions.push(region);
  };
  for (const [index, line] of texts.base.entries()) {
    const [m, t] = [inMine.get(index), inTheirs.get(index)];
    if (m === undefined || t === undefined) continue;
    take({ base: index, mine: m, theirs: t });
    pushSame(regions, line);
    Object.assign(at, { base: index + 1, mine: m + 1, theirs: t + 1 });
  }
  take({ base: texts.base.length, mine: texts.mine.length, theirs: texts.theirs.length });
  return regions;
}

/** The text with both changes; undefined where both changed the same lines. */
export function merged(regions: readonly Region[]): string | undefined {
  if (regions.some(({ kind }) => kind === 'conflict')) return undefined;
  return regions
    .flatMap(({ kind, mine, theirs }) => (kind === 'theirs' ? theirs : mine))
    .join('\n');
}

const openMark = '<<<<<<< yours';

/** Whether somebody has still to choose between two changes. */
export function hasMarks(text: string): boolean {
  return text.split('\n').includes(openMark);
}

/** The text with both changes; where both changed the same lines, both, between the usual marks. */
export function markedMerge(regions: readonly Region[], theirName: string): string {
  return regions
    .flatMap(({ kind, mine, theirs }) => {
      if (kind === 'theirs') return theirs;
      if (kind !== 'conflict') return mine;
      return [openMark, ...mine, '=======', ...theirs, `>>>>>>> ${theirName}`];
    })
    .join('\n');
}

/** Indices of the lines of the base that the other text has, too, and theirs in it. */
function matches(base: string, other: string): ReadonlyMap<number, number> {
  return new Map(
    diffLines(base, other).flatMap(({ kind, oldNumber, newNumber }) =>
      kind === 'same' && oldNumber !== undefined && newNumber !== undefined
        ? [[oldNumber - 1, newNumber - 1] as const]
        : [],
    ),
  );
}

function classified(parts: Omit<Region, 'kind'>): Region | undefined {
  const { base, mine, theirs } = parts;
  if (base.length + mine.length + theirs.length === 0) return undefined;
  if (isSame(mine, theirs)) return { kind: 'agreed', ...parts };
  if (isSame(mine, base)) return { kind: 'theirs', ...parts };
  return { kind: isSame(theirs, base) ? 'mine' : 'conflict', ...parts };
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((line, index) => line === right[index]);
}

function pushSame(regions: Region[], line: string): void {
  const last = regions.at(-1);
  const lines = last?.kind === 'same' ? [...last.base, line] : [line];
  const region: Region = { kind: 'same', base: lines, mine: lines, theirs: lines };
  if (last?.kind === 'same') regions[regions.length - 1] = region;
  else regions.push(region);
}

/** A line of the three texts as it is read: who has it, and what became of it. */
export interface MergeLine {
  readonly who: 'all' | 'theirs' | 'mine' | 'both' | 'base';
  readonly sign: ' ' | '+' | '-';
  readonly text: string;
}

/** What changed, with the lines around it; undefined stands for lines left out. */
export function mergeLines(
  regions: readonly Region[],
  contextLines: number,
): readonly (MergeLine | undefined)[] {
  return regions.flatMap((region, index): readonly (MergeLine | undefined)[] => {
    if (region.kind !== 'same') return changedLines(region);
    const lines = region.base.map((text): MergeLine => ({ who: 'all', sign: ' ', text }));
    const before = index === 0 ? 0 : contextLines;
    const after = index === regions.length - 1 ? 0 : contextLines;
    if (lines.length <= before + after + 1) return lines;
    const tail = after === 0 ? [] : lines.slice(-after);
    return [...lines.slice(0, before), undefined, ...tail];
  });
}

function changedLines({ kind, base, mine, theirs }: Region): readonly MergeLine[] {
  const of = (
    lines: readonly string[],
    who: MergeLine['who'],
    sign: MergeLine['sign'],
  ): readonly MergeLine[] => lines.map((text) => ({ who, sign, text }));
  switch (kind) {
    case 'mine':
      return [...of(base, 'mine', '-'), ...of(mine, 'mine', '+')];
    case 'theirs':
      return [...of(base, 'theirs', '-'), ...of(theirs, 'theirs', '+')];
    case 'agreed':
      return [...of(base, 'both', '-'), ...of(mine, 'both', '+')];
    default:
      return [...of(base, 'base', '-'), ...of(theirs, 'theirs', '+'), ...of(mine, 'mine', '+')];
  }
}
