import type { Ceremony } from '../../../src/core/ceremony/ceremony.ts';
import { stateTopic, type Topic } from '../feed.ts';

/** The ceremony, as the core shows it. */
export function ceremonyTopic(ceremony: Ceremony): Topic {
  return stateTopic({
    topic: 'ceremony',
    snapshot: async () => ceremony.snapshot(),
    watch: (listener) => ceremony.onChange(listener),
  });
}
