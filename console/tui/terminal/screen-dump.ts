/** Ctrl-S: the text of what is on the screen, for a report. Refused while a secret is entered. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { renderToString } from 'ink';
import type { ReactNode } from 'react';

export interface ScreenDump {
  /** What the screen shows now. */
  readonly tree: ReactNode;
  readonly columns: number;
  /** `isSecret(modes)` of the router. */
  readonly secret: boolean;
  readonly folder: string;
  readonly nowMs: number;
}

export type DumpOutcome =
  | { readonly kind: 'written'; readonly path: string }
  | { readonly kind: 'refused' };

/**
 * Writes the frame without colours to a new file of mode 0600. Throws what the file system throws:
 * the folder is missing, full or not writable.
 */
export async function dumpScreen(dump: ScreenDump): Promise<DumpOutcome> {
  if (dump.secret) return { kind: 'refused' };
  const text = withoutStyles(renderToString(dump.tree, { columns: dump.columns }));
  const path = join(dump.folder, `strongbox-screen-${stamp(dump.nowMs)}.txt`);
  await using file = await open(path, 'wx', 0o600);
  await file.writeFile(`${text}\n`);
  return { kind: 'written', path };
}

/** Our own frames hold no escapes but SGR. */
function withoutStyles(text: string): string {
  return text
    .replaceAll(/\u001b\[[\d;:]*m/g, '')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** `20261125T120311.123Z`: sorts by time, and two dumps of one second differ. */
function stamp(nowMs: number): string {
  return new Date(nowMs).toISOString().replaceAll(/[-:]/g, '');
}
