/** `sys/mounts/:path/tune`: settings of a mount. */
import type { FieldsOf } from '../../../shared/api/route.ts';
import type { sysRoutes } from '../../../shared/api/sys.ts';
import { failure } from '../../../shared/errors/failure.ts';
import { namespacePrefix, rootNamespaceId } from '../../namespaces/layout.ts';
import type { MountEntry } from '../../namespaces/mount-entry.ts';
import { putMount, readMounts } from '../../namespaces/mounts.ts';
import type { LifetimeLimits } from '../../tokens/lifetime.ts';
import type { CoreCall, CoreOutcome } from '../core-call.ts';
import { changedConfig, checkedDescription, checkedOptions } from './mount-settings.ts';
import type { SystemParts } from './parts.ts';

type TuneFields = FieldsOf<(typeof sysRoutes)['mountTune']['operations']['write']['fields']>;

/** Changes the settings of a mount: those that the request names, and no others. */
export async function tuneMount(
  { mint }: SystemParts,
  path: string,
  call: CoreCall<unknown, TuneFields>,
): Promise<CoreOutcome> {
  const { revision } = await call.transact(async (attempt) => {
    const entry = (await readMounts(attempt, rootNamespaceId)).at(path);
    if (entry === undefined) throw failure('mount.not-found', { path });
    const view = attempt.view(namespacePrefix(rootNamespaceId), rootNamespaceId);
    putMount(view, tuned(entry, call.fields, mint.limits));
  });
  return { revision };
}

function tuned(entry: MountEntry, fields: TuneFields, limits: LifetimeLimits): MountEntry {
  return {
    ...entry,
    description: checkedDescription(fields.description ?? entry.description),
    options: tunedOptions(entry, fields.options),
    config: changedConfig(entry.config, fields, limits),
  };
}

/** Options are merged; the version of a key-value mount is what its data is, so it stays. */
function tunedOptions(
  entry: MountEntry,
  changes: Readonly<Record<string, string>> | undefined,
): MountEntry['options'] {
  if (changes === undefined) return entry.options;
  const version = changes['version'];
  if (entry.type === 'kv' && version !== undefined) {
    const current = entry.options?.['version'] ?? '1';
    if (version !== current) throw failure('mount.version-change');
  }
  return checkedOptions({ ...entry.options, ...changes });
}
