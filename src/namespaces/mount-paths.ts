import { failure } from '../../shared/errors/failure.ts';
import { canonicalPath } from '../../shared/path/canonical.ts';
import { canonicalName } from '../../shared/path/name.ts';
import type { MountTable } from './mount-table.ts';

/**
 * First segments that no mount may have: they belong to the system, or would be mistaken for it.
 */
const reservedSegments: ReadonlySet<string> = new Set([
  'audit',
  'auth',
  'cubbyhole',
  'identity',
  'sys',
]);

/**
 * The path of a mount as it is stored, with its trailing slash, from what a request names. Every
 * segment is a name (letter case is kept: `Secret/` and `secret/` are two mounts).
 * Throws `path.invalid`, `path.name-invalid`, `mount.path-reserved`.
 */
export function mountPath(raw: string): string {
  const folder = namedMountPath(raw);
  const [first = ''] = folder.split('/');
  if (reservedSegments.has(first.toLowerCase())) throw failure('mount.path-reserved');
  return folder;
}

/** The same without the check of reserved names: for looking at a mount. */
export function namedMountPath(raw: string): string {
  const path = canonicalPath(raw.endsWith('/') ? raw.slice(0, -1) : raw);
  for (const segment of path.split('/')) canonicalName(segment, 'keep');
  return `${path}/`;
}

/** Throws `mount.path-in-use` or `mount.overlap` unless a mount can be made at this path. */
export function requireFreePath(table: MountTable, path: string): void {
  if (table.at(path) !== undefined) throw failure('mount.path-in-use', { path });
  const overlapping = table.overlapping(path);
  if (overlapping !== undefined) throw failure('mount.overlap', { path: overlapping.path });
}
