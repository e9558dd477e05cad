/**
 * Names beside an audit file: `audit.log.0000000000012345` is a closed file whose first record is
 * 12,345, `audit.log.new` one that is being begun, `audit.log.aside-…` something else that lay at
 * the file's place.
 */
import { opendir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { indexDigitsMax } from '../../shared/audit/format.ts';
import { deviceFailure } from '../../src/audit/fault.ts';
import { look, removeFile } from './files.ts';
import { archiveNamesMax, folderEntriesMax } from './limits.ts';

/** Where a new file is made before it takes its place. */
export function newFilePath(path: string): string {
  return `${path}.new`;
}

/** A free name for a closed file whose first record has that index. */
export function archivePath(path: string, firstIndex: number): Promise<string> {
  return freeName(`${path}.${padded(firstIndex)}`, path);
}

/** A free name for something that is in the way of the file that begins with that record. */
export function asidePath(path: string, firstIndex: number): Promise<string> {
  return freeName(`${path}.aside-${padded(firstIndex)}`, path);
}

/** A closed file of a log. */
export interface ClosedFile {
  readonly path: string;
  /** Index of its first record. */
  readonly firstIndex: number;
}

/** The closed files of the log at a path, oldest first, among `folderEntriesMax` of its folder. */
export async function closedFiles(path: string): Promise<readonly ClosedFile[]> {
  const pattern = new RegExp(`^${escaped(basename(path))}\\.(\\d{${indexDigitsMax}})(?:-(\\d+))?$`);
  const found: (ClosedFile & { readonly copy: number })[] = [];
  let seen = 0;
  for await (const { name } of await opendir(dirname(path))) {
    seen += 1;
    if (seen > folderEntriesMax) break;
    const [, first, copy = '1'] = pattern.exec(name) ?? [];
    if (first === undefined) continue;
    found.push({
      path: join(dirname(path), name),
      firstIndex: Number(first),
      copy: Number(copy),
    });
  }
  return found.sort((left, right) => left.firstIndex - right.firstIndex || left.copy - right.copy);
}

/** Removes the oldest closed files, so that `keep` stay. */
export async function removeOldest(path: string, keep: number): Promise<void> {
  const files = await closedFiles(path);
  for (const file of files.slice(0, Math.max(0, files.length - keep))) await removeFile(file.path);
}

async function freeName(wanted: string, path: string): Promise<string> {
  let name = wanted;
  for (let count = 2; (await look(name)) !== undefined; count += 1) {
    if (count > archiveNamesMax) {
      throw deviceFailure(basename(path), {
        kind: 'irregular',
        reason: 'too many files beside it have the name that its closed file needs',
        cure: 'move them elsewhere',
      });
    }
    name = `${wanted}-${count}`;
  }
  return name;
}

function padded(index: number): string {
  return String(index).padStart(indexDigitsMax, '0');
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
