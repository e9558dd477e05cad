import type { ShareSet } from './seal-record.ts';

/** What an operator should know of a seal that few people can open. */
export function sealWarnings({ threshold, count }: ShareSet): readonly string[] {
  if (count === 1) {
    return ['the unseal key is one share: whoever holds it opens this server alone'];
  }
  if (threshold * 2 < count) {
    return [`${threshold} of ${count} share holders, less than half, open this server`];
  }
  return [];
}
