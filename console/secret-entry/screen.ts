/**
 * Frames drawn by hand: text and, where a secret is shown, its bytes, put together in memory that
 * is zeroed after it was written. Nothing of a secret passes through a string or a stream.
 */
import { secretBytes } from '../../shared/secret-bytes.ts';
import { utf8Encode } from '../../shared/encoding/utf8.ts';

/** Public text, a secret's bytes, or text that stands out. */
export type Piece = string | Uint8Array | { readonly strong: string } | { readonly bar: string };
export type Line = readonly Piece[];

/** Columns that lines are made for; wider terminals leave the rest empty. */
export const frameColumns = 60;

const home = '\u001b[H';
const clearLine = '\u001b[K';
const clearBelow = '\u001b[J';
/** Lines are kept apart, not ended: a full screen would move up. */
const nextLine = '\r\n';
const plain = '\u001b[0m';

export const clearScreen = '\u001b[2J';
/** Alternate screen, cleared; no cursor; pastes and focus are told. */
export const enterScreen = '\u001b[?1049h\u001b[2J\u001b[H\u001b[?25l\u001b[?2004h\u001b[?1004h';
/** The same taken back, after what was drawn is wiped. */
export const leaveScreen = '\u001b[2J\u001b[H\u001b[?1004l\u001b[?2004l\u001b[?25h\u001b[?1049l';

/** A sentence on as many lines as it needs. */
export function wrapped(text: string): readonly Line[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= frameColumns) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.map((line) => [line]);
}

/** Rows that every frame fits in. */
export const frameRows = 16;

/** The bytes of a frame; whoever writes them zeroes them. */
export function frameBytes(lines: readonly Line[]): Uint8Array<ArrayBuffer> {
  const parts = [utf8Encode(home), ...lines.flatMap(lineParts), utf8Encode(clearBelow)];
  const frame = secretBytes(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    frame.set(part, at);
    at += part.length;
  }
  return frame;
}

function lineParts(line: Line, index: number): readonly Uint8Array[] {
  const start = utf8Encode(index === 0 ? clearLine : `${nextLine}${clearLine}`);
  return [start, ...line.map(pieceBytes), utf8Encode(plain)];
}

function pieceBytes(piece: Piece): Uint8Array {
  if (piece instanceof Uint8Array) return piece;
  if (typeof piece === 'string') return utf8Encode(piece);
  if ('strong' in piece) return utf8Encode(`\u001b[1m${piece.strong}${plain}`);
  return utf8Encode(`\u001b[7m${piece.bar.padEnd(frameColumns)}${plain}`);
}
