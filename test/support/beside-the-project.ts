/**
 * Data of others that lies beside the project and is not part of it (its licence, its size). A
 * suite that needs such data is skipped where it is not there, on build machines too: this is the
 * one reason for a skip that the runner lets pass there.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export interface Beside {
  /** The folder, whether it is there or not. */
  readonly folder: string;
  /** Goes into the options of a test: false, or why it is skipped. */
  readonly skip: false | string;
}

/** A folder by its path from the project's parent. */
export function besideTheProject(path: string): Beside {
  const folder = join(root, '..', path);
  return { folder, skip: existsSync(folder) ? false : absenceOf(path) };
}

function absenceOf(path: string): string {
  return `../${path} is not beside the project`;
}

/** Whether a test was skipped for want of data beside the project. */
export function isAbsence(reason: string): boolean {
  return /^\.\.\/[\w/.-]+ is not beside the project$/.test(reason);
}
