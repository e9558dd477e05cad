/** One request that a verb wants: what comes of it is told to the screen, or stays to be read. */
import type { ApiOutcome } from '../model/api.ts';
import type { RequestEffect } from '../model/effect.ts';
import type { ModelEvent } from '../model/event.ts';
import type { Model } from '../model/model.ts';
import { currentPlace } from '../model/places.ts';
import { screenOf } from '../screens/screens.ts';
import { clean } from '../terminal/safe-text.ts';
import type { Tools } from './tools.ts';

export async function performRequest(
  { store, channel }: Pick<Tools, 'store' | 'channel'>,
  effect: RequestEffect,
): Promise<ApiOutcome> {
  const outcome = await channel.request(effect.request);
  store.happenAll(eventsAfter(effect, outcome, store.snapshot().model));
  return outcome;
}

/** What is told of an outcome; `model` is the one that it comes into. */
export function eventsAfter(
  { ticket, what, success, changes = [], then: after = [], quiet = [] }: RequestEffect,
  outcome: ApiOutcome,
  model: Model,
): readonly ModelEvent[] {
  const { awaits } = screenOf(currentPlace(model.places).view);
  const isAwaited = ticket !== undefined && awaits?.(model, ticket) === true;
  const events: ModelEvent[] = [];
  if (ticket !== undefined) events.push({ kind: 'done', ticket, outcome });
  // After a failure as well: it may say that somebody else was there before.
  for (const prefix of changes) events.push({ kind: 'stale', prefix });
  if (outcome.ok) {
    if (isAwaited) events.push(...after);
    if (success !== undefined) events.push({ kind: 'toast', text: success, tone: 'good' });
    for (const warning of outcome.warnings) {
      events.push({ kind: 'toast', text: clean(warning, 160), tone: 'info' });
    }
  } else if (!isAwaited || !quiet.includes(outcome.problem.code)) {
    events.push({ kind: 'problem', what, problem: outcome.problem });
  }
  return events;
}
