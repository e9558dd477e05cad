/**
 * Ways to damage a log: by lines, by bytes, and by somebody who knows the format but has no key.
 */
import { createHash } from 'node:crypto';

import type { NamedFile } from '../../../src/audit/support/bench-trail.ts';

/** The lines of a file, without newlines; a torn last one is the last. */
export function linesIn(bytes: Uint8Array): string[] {
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

export function bytesOf(lines: readonly string[]): Uint8Array {
  return Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1');
}

/** The file with its lines changed. */
export function withLines(file: NamedFile, change: (lines: string[]) => string[]): NamedFile {
  return { ...file, bytes: bytesOf(change(linesIn(file.bytes))) };
}

/** The position in a file of the line with that index. */
export function lineAt(lines: readonly string[], index: number): number {
  return lines.findIndex((line) => line.startsWith(`{"index":${index},`));
}

/** Changes the text of one record. */
export function edited(lines: string[], index: number): string[] {
  const at = lineAt(lines, index);
  return lines.with(at, (lines[at] ?? '').replace('plum', 'pear'));
}

/** Makes numbers and links of all lines fit again from the first line on, as anybody can. */
export function relinked(lines: readonly string[]): string[] {
  const first = /^\{"index":(\d+),"prev":"([0-9a-f]{64})"/.exec(lines[0] ?? '');
  let index = Number(first?.[1]);
  let prev = first?.[2] ?? '';
  const result: string[] = [];
  for (const line of lines) {
    const linked = line.replace(
      /^\{"index":\d+,"prev":"[0-9a-f]{64}"/,
      `{"index":${index},"prev":"${prev}"`,
    );
    result.push(linked);
    index += 1;
    prev = createHash('sha256').update('\0').update(linked, 'latin1').digest('hex');
  }
  return result;
}

export function isSummary(line: string): boolean {
  return /^\{"index":\d+,"prev":"[0-9a-f]{64}","type":"(?:header|checkpoint)"/.test(line);
}
