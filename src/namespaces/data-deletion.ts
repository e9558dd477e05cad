import type { Intent, IntentKind, StepOutcome } from '../store/intents.ts';
import type { Attempt } from '../store/view.ts';
import { mountDataPrefix, namespacePrefix } from './layout.ts';

/** Entries deleted in one step: one below what an intent's step may write. */
const deletionStepEntriesMax = 120;

const kind = 'delete-mount-data';

/** The intent that deletes what a mount kept, once the mount is out of the table. */
export function mountDataDeletion(namespace: string, mountId: string): Intent {
  return { namespace, id: `${kind}-${mountId}`, kind, data: { mountId } };
}

/** How it is done: a page of entries at a time. */
export const mountDataDeletionKind: IntentKind = {
  kind,
  async step(attempt: Attempt, intent: Intent): Promise<StepOutcome> {
    const { mountId } = intent.data as { readonly mountId: string };
    const prefix = namespacePrefix(intent.namespace) + mountDataPrefix(mountId);
    const view = attempt.view(prefix, intent.namespace);
    const page = await view.range('', { limit: deletionStepEntriesMax, keysOnly: true });
    for (const { key } of page.entries) view.delete(key);
    return page.more ? { kind: 'continue', data: intent.data } : { kind: 'done' };
  },
};
