/** A secret on the screen in groups of four, and which of them its holder types again. */
import { custodyGroupCharacters, custodyGroupsNeeded } from './limits.ts';
import type { Line, Piece } from './screen.ts';

const groupsOfLine = 8;

export function groupAt(secret: Uint8Array, index: number): Uint8Array {
  const start = index * custodyGroupCharacters;
  return secret.subarray(start, start + custodyGroupCharacters);
}

/** Lines of numbered groups, each a view of the secret's own bytes. */
export function groupLines(secret: Uint8Array): readonly Line[] {
  const count = Math.ceil(secret.length / custodyGroupCharacters);
  const lines: Line[] = [];
  for (let first = 0; first < count; first += groupsOfLine) {
    const pieces: Piece[] = [`  ${String(first + 1).padStart(3)}  `];
    for (let index = first; index < Math.min(first + groupsOfLine, count); index += 1) {
      pieces.push(groupAt(secret, index), ' ');
    }
    lines.push(pieces);
  }
  return lines;
}

/**
 * Different groups at random, of those that are full and lie behind the first `commonCharacters`,
 * which are the same in every share of a set. In ascending order.
 */
export function pickGroups(
  characters: number,
  commonCharacters: number,
  randomBelow: (count: number) => number,
): readonly number[] {
  const first = Math.ceil(commonCharacters / custodyGroupCharacters);
  const end = Math.floor(characters / custodyGroupCharacters);
  const left = Array.from({ length: Math.max(0, end - first) }, (_, at) => first + at);
  const picked: number[] = [];
  while (picked.length < custodyGroupsNeeded && left.length > 0) {
    picked.push(...left.splice(randomBelow(left.length), 1));
  }
  return picked.sort((one, other) => one - other);
}
