/**
 * One escape sequence at the head of terminal input: what it is and how long. Forms: ECMA-48
 * (CSI, SS3 and the control strings), xterm's control sequences (SGR mouse, focus, bracketed
 * paste) and Alt keys, which put an escape byte before the key.
 */
import { sequenceUnitsMax } from '../../limits.ts';

export interface MouseEvent {
  /** From 0, from the upper left. */
  readonly x: number;
  readonly y: number;
  readonly button: number;
  readonly action: 'press' | 'release' | 'move';
  /** -1 up, 1 down, 0 for buttons. */
  readonly wheel: -1 | 0 | 1;
  readonly shift: boolean;
}

export type Sequence =
  | { readonly kind: 'incomplete'; readonly begun: 'escape' | 'sequence' | 'paste' }
  /** For Ink, as it stands. */
  | { readonly kind: 'key'; readonly length: number; readonly token: string }
  | { readonly kind: 'function'; readonly length: number; readonly number: number }
  | { readonly kind: 'mouse'; readonly length: number; readonly mouse: MouseEvent }
  | { readonly kind: 'focus'; readonly length: number; readonly focused: boolean }
  /** Bracketed; `text` is what was pasted. */
  | { readonly kind: 'paste'; readonly length: number; readonly text: string }
  /** A terminal's answer that nobody asked for, or a broken sequence. */
  | { readonly kind: 'ignored'; readonly length: number };

export const pasteStart = '\u001b[200~';
export const pasteEnd = '\u001b[201~';
/** The Esc key as a whole sequence: Ink holds a bare escape byte back and joins it to the next. */
export const escapeToken = '\u001b[27u';

const controlSequence = /^\u001b(?:\[[0-?]*[ -/]*[@-~]|O[@-~])/;
const begunSequence = /^\u001b(?:\[[0-?]*[ -/]*|O)$/;
/** OSC, DCS, SOS, PM, APC: ended by BEL or ST. Their first byte alone is an Alt key. */
const controlString = /^\u001b[\]PX^_][^\u0007\u001b]+(?:\u0007|\u001b\\)/;
const altKey = /^\u001b[^[O\u001b]/u;
const mouseReport = /^\u001b\[<(?<button>\d+);(?<x>\d+);(?<y>\d+)(?<end>[Mm])$/;

const functionKeys: ReadonlyMap<string, number> = new Map([
  ...['P', 'Q', 'R', 'S'].flatMap((letter, index): [string, number][] => [
    [`\u001bO${letter}`, index + 1],
    [`\u001b[${letter}`, index + 1],
  ]),
  ...[11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24].map((code, index): [string, number] => [
    `\u001b[${code}~`,
    index + 1,
  ]),
]);

/** What the input, which begins with an escape byte, begins with. */
export function sequenceAt(input: string): Sequence {
  if (input.startsWith(pasteStart)) return pasteAt(input);
  if (input === '\u001b') return { kind: 'incomplete', begun: 'escape' };
  const whole = controlSequence.exec(input)?.[0] ?? controlString.exec(input)?.[0];
  if (whole !== undefined) return meaningOf(whole);
  if (begunSequence.test(input)) {
    return input.length > sequenceUnitsMax
      ? { kind: 'ignored', length: input.length }
      : { kind: 'incomplete', begun: 'sequence' };
  }
  const alt = altKey.exec(input)?.[0];
  if (alt !== undefined) return { kind: 'key', length: alt.length, token: alt };
  return input.startsWith('\u001b\u001b')
    ? { kind: 'key', length: 1, token: escapeToken }
    : { kind: 'ignored', length: 2 };
}

function pasteAt(input: string): Sequence {
  const end = input.indexOf(pasteEnd, pasteStart.length);
  if (end === -1) return { kind: 'incomplete', begun: 'paste' };
  const text = input.slice(pasteStart.length, end);
  return { kind: 'paste', length: end + pasteEnd.length, text };
}

function meaningOf(whole: string): Sequence {
  const { length } = whole;
  const number = functionKeys.get(whole);
  if (number !== undefined) return { kind: 'function', length, number };
  if (whole === '\u001b[I' || whole === '\u001b[O') {
    return { kind: 'focus', length, focused: whole === '\u001b[I' };
  }
  const mouse = mouseOf(whole);
  if (mouse !== undefined) return { kind: 'mouse', length, mouse };
  const isIgnored =
    /^\u001b[\]PX^_]/.test(whole) || whole === pasteEnd || length > sequenceUnitsMax;
  return isIgnored ? { kind: 'ignored', length } : { kind: 'key', length, token: whole };
}

function mouseOf(whole: string): MouseEvent | undefined {
  const groups = mouseReport.exec(whole)?.groups;
  if (groups === undefined) return undefined;
  const bits = Number(groups['button']);
  const isWheel = (bits & 64) !== 0;
  const pressed = groups['end'] === 'M' ? 'press' : 'release';
  return {
    x: Number(groups['x']) - 1,
    y: Number(groups['y']) - 1,
    button: bits & 3,
    action: (bits & 32) === 0 ? pressed : 'move',
    wheel: isWheel ? ((bits & 1) === 1 ? 1 : -1) : 0,
    shift: (bits & 4) !== 0,
  };
}
