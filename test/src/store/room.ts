/** A store in memory and a barrier that labels, for the tests of what lies above the store. */
import { MemoryStore } from '../../../src/store/memory-store.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { LabellingBarrier } from './labelling-barrier.ts';

export interface TestRoom {
  readonly store: MemoryStore;
  readonly barrier: LabellingBarrier;
  readonly clock: ManualClock;
}

export function makeRoom(): TestRoom {
  const clock = new ManualClock();
  return { clock, store: new MemoryStore({ clock }), barrier: new LabellingBarrier() };
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = (value: Uint8Array | undefined): string | undefined =>
  value && new TextDecoder().decode(value);
