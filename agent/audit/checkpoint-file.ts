/**
 * `audit.checkpoint` in the data folder: the newest checkpoint line of the audit log, apart from
 * the log, so that a lost tail is noticed at start and by `audit verify --checkpoint`.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { newline } from '../../shared/audit/format.ts';
import { failure } from '../../shared/errors/failure.ts';
import type { CheckpointKeeper } from '../../src/ports/audit-device.ts';
import { replaceFile } from '../replace-file.ts';
import { look } from './files.ts';
import { checkpointFileBytesMax } from './limits.ts';

export class CheckpointFile implements CheckpointKeeper {
  readonly #path: string;

  constructor(dataFolder: string) {
    this.#path = checkpointPath(dataFolder);
  }

  /** Throws `audit.input` when there is a file that holds no line. */
  async load(): Promise<Uint8Array | undefined> {
    const found = await look(this.#path);
    if (found === undefined) return undefined;
    const bytes = found.size <= checkpointFileBytesMax ? await readFile(this.#path) : undefined;
    if (bytes?.at(-1) !== newline) {
      throw failure('audit.input', {
        file: this.#path,
        problem: 'holds no checkpoint',
        cure: 'move it away; the next checkpoint makes it again',
      });
    }
    return bytes.subarray(0, -1);
  }

  async save(line: Uint8Array): Promise<void> {
    await replaceFile(this.#path, Buffer.concat([line, Buffer.of(newline)]));
  }
}

export function checkpointPath(dataFolder: string): string {
  return join(dataFolder, 'audit.checkpoint');
}
