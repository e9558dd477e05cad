/** All keys of a view, for lists that are answered whole. */
import { failure } from '../../shared/errors/failure.ts';
import { rangeEntriesMax } from '../limits.ts';
import type { View } from './view.ts';

/**
 * The keys of a view, in byte order. `keysMax` names one limit, as in `{ policiesListMax }`: more
 * keys than it says throw `store.limit`. Pages may come from different revisions.
 */
export async function listKeys(
  view: View,
  keysMax: Readonly<Record<string, number>>,
): Promise<string[]> {
  const [[limit, maximum] = ['', 0]] = Object.entries(keysMax);
  const keys: string[] = [];
  for (let more = true; more; ) {
    const after = keys.at(-1) ?? '';
    const page = await view.range('', { after, limit: rangeEntriesMax, keysOnly: true });
    keys.push(...page.entries.map(({ key }) => key));
    more = page.more;
    if (keys.length > maximum) throw failure('store.limit', { limit, maximum });
  }
  return keys;
}
