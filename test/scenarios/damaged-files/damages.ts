/** What can happen to a file while no agent looks after it. */
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

export type Damage = (path: string) => void;

export const emptied: Damage = (path) => truncateSync(path, 0);
export const halved: Damage = (path) => truncateSync(path, statSync(path).size >> 1);
export const gone: Damage = (path) => rmSync(path);
/** Everybody may read it. */
export const exposed: Damage = (path) => chmodSync(path, 0o644);

export const folder: Damage = (path) => {
  rmSync(path);
  mkdirSync(path);
};

/** The file itself lies somewhere else. */
export const linked: Damage = (path) => {
  const elsewhere = join(dirname(dirname(path)), 'elsewhere');
  renameSync(path, elsewhere);
  symlinkSync(elsewhere, path);
};

/** One bit is another one, this far into the file (0 to 1). */
export function flipped(part: number): Damage {
  return (path) => {
    const bytes = readFileSync(path);
    const at = Math.min(bytes.length - 1, Math.floor(bytes.length * part));
    bytes.writeUInt8(bytes.readUInt8(at) ^ 4, at);
    writeFileSync(path, bytes);
  };
}

export function rewritten(text: string): Damage {
  return (path) => writeFileSync(path, text);
}
