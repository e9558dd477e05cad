/** How much has happened in a world: one in which something never happens says nothing about it. */
import type { ConfState, Entry } from '../../../src/raft/types.ts';

export type Happening =
  | 'applies'
  | 'changes'
  | 'commits'
  | 'conf-changes'
  | 'crashes'
  | 'elections'
  | 'hand-overs'
  | 'joint-confs'
  | 'linearized'
  | 'reads'
  | 'refused-starts'
  | 'repeated-proposals'
  | 'seals'
  | 'skipped-ticks'
  | 'snapshots'
  | 'stalls'
  | 'unknowns'
  | 'writes';

export class Findings {
  readonly counts = new Map<Happening, number>();

  count(happening: Happening, times = 1): void {
    this.counts.set(happening, (this.counts.get(happening) ?? 0) + times);
  }

  applied(entry: Entry, conf: ConfState): void {
    this.count('applies');
    if (entry.type !== 'conf-change') return;
    this.count('conf-changes');
    if (conf.votersOutgoing.length > 0) this.count('joint-confs');
  }
}
