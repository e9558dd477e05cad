import { MemoryStore } from '../../../src/store/memory-store.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { storeConformance } from './suite.ts';

storeConformance('memory', async (options = {}) => {
  const clock = new ManualClock();
  const store = new MemoryStore({ clock, ...options });
  return { store, clock, dispose: () => store.close() };
});
