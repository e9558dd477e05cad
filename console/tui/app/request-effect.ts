/** One request that a verb wants: what comes of it is told to the screen, or stays to be read. */
import type { RequestEffect } from '../model/effect.ts';
import type { ModelEvent } from '../model/event.ts';
import { clean } from '../terminal/safe-text.ts';
import type { Tools } from './tools.ts';

export async function performRequest(
  { store, channel }: Pick<Tools, 'store' | 'channel'>,
  effect: RequestEffect,
): Promise<void> {
  const outcome = await channel.request(effect.request);
  const { tag, what, success, changes = [], then: after = [], quiet = [] } = effect;
  const events: ModelEvent[] = [];
  if (tag !== undefined) events.push({ kind: 'done', tag, outcome });
  // After a failure as well: it may say that somebody else was there before.
  for (const prefix of changes) events.push({ kind: 'stale', prefix });
  if (outcome.ok) {
    events.push(...after);
    if (success !== undefined) events.push({ kind: 'toast', text: success, tone: 'good' });
    for (const warning of outcome.warnings) {
      events.push({ kind: 'toast', text: clean(warning, 160), tone: 'info' });
    }
  } else if (!quiet.includes(outcome.problem.code)) {
    events.push({ kind: 'problem', what, problem: outcome.problem });
  }
  store.happenAll(events);
}
