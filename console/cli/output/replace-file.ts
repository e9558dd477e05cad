import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { failure } from '../../../shared/errors/failure.ts';
import { systemReason } from '../../client/small-file.ts';

/** Replaces a file's content in one step and keeps its mode. Throws `cli.file-unwritable`. */
export function replaceFile(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.new`;
  try {
    const descriptor = openSync(temporary, 'wx', statSync(file).mode & 0o777);
    try {
      writeSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw failure('cli.file-unwritable', { file, reason: systemReason(error) });
  }
}
