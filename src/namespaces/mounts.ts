import { failure } from '../../shared/errors/failure.ts';
import { rangeEntriesMax, transactAttemptsMax } from '../limits.ts';
import { beginIntent } from '../store/intents.ts';
import { storedJson, writeJson } from '../store/json-values.ts';
import { type TransactionRoom, transact } from '../store/transact.ts';
import type { Attempt, View } from '../store/view.ts';
import { mountDataDeletion } from './data-deletion.ts';
import { mountKey, mountsEpochKey, mountsPrefix, namespacePrefix } from './layout.ts';
import { mountsMax } from './limits.ts';
import { isBuiltIn, type MountEntry } from './mount-entry.ts';
import { requireFreePath } from './mount-paths.ts';
import { MountTable } from './mount-table.ts';

/**
 * Changes of the mount table. Every change reads the table's epoch and puts it again, so that of
 * two changes at once the second runs anew: a new path is checked against the table as it is when
 * the commit is made.
 */

/** Reads the whole table inside an attempt; what is decided from it is compared at commit. */
export async function readMounts(attempt: Attempt, namespace: string): Promise<MountTable> {
  const view = attempt.view(namespacePrefix(namespace), namespace);
  await view.get(mountsEpochKey);
  const entries: MountEntry[] = [];
  let after = '';
  for (let more = true; more; ) {
    const page = await view.range(mountsPrefix, { after, limit: rangeEntriesMax });
    entries.push(...page.entries.map(({ stored }) => storedJson<MountEntry>(stored).value));
    after = page.entries.at(-1)?.key ?? after;
    more = page.more;
  }
  return new MountTable(entries);
}

/** Puts an entry of the table: a new one, or one with other settings. */
export function putMount(view: View, entry: MountEntry): void {
  writeJson(view, mountKey(entry.id), entry);
  touchMounts(view);
}

/** Adds a mount. Throws `mount.path-in-use`, `mount.overlap`, `mount.limit`. */
export async function addMount(
  attempt: Attempt,
  namespace: string,
  entry: MountEntry,
): Promise<void> {
  const table = await readMounts(attempt, namespace);
  requireFreePath(table, entry.path);
  if (table.all().length >= mountsMax) throw failure('mount.limit', { mountsMax });
  putMount(attempt.view(namespacePrefix(namespace), namespace), entry);
}

/**
 * Takes a mount out of the table and begins the deletion of its data. Returns the intent to run, or
 * undefined if there is no such mount. Throws `mount.built-in`.
 */
export async function removeMount(
  attempt: Attempt,
  namespace: string,
  path: string,
): Promise<string | undefined> {
  const table = await readMounts(attempt, namespace);
  const entry = table.at(path);
  if (entry === undefined) return undefined;
  if (isBuiltIn(entry)) throw failure('mount.built-in', { action: 'disabled' });
  const view = attempt.view(namespacePrefix(namespace), namespace);
  view.delete(mountKey(entry.id));
  touchMounts(view);
  const intent = mountDataDeletion(namespace, entry.id);
  await beginIntent(attempt, intent);
  return intent.id;
}

/** The table at one moment, and the revision of its epoch then: for keeping between requests. */
export interface LoadedMounts {
  readonly table: MountTable;
  readonly epochRevision: number;
}

/** Reads the table for keeping. Throws `store.contended` if it changes all the time. */
export async function loadMounts(room: TransactionRoom, namespace: string): Promise<LoadedMounts> {
  for (let count = 0; count < transactAttemptsMax; count += 1) {
    const before = await readEpoch(room, namespace);
    const { result: table } = await transact(room, (attempt) => readMounts(attempt, namespace));
    // The pages of a range may come from different moments: then the epoch has changed.
    const epochRevision = await readEpoch(room, namespace);
    if (epochRevision === before) return { table, epochRevision };
  }
  throw failure('store.contended', { attemptsMax: transactAttemptsMax });
}

async function readEpoch(room: TransactionRoom, namespace: string): Promise<number> {
  const { result } = await transact(room, (attempt) =>
    attempt.view(namespacePrefix(namespace), namespace).get(mountsEpochKey),
  );
  return result?.modRevision ?? 0;
}

function touchMounts(view: View): void {
  writeJson(view, mountsEpochKey, {});
}
