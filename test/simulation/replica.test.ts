/** The real driver in simulated worlds. `npm run sim` runs more. */
import { testWorlds } from './worlds.ts';

testWorlds('worlds of whole replicas', {
  tier: 'replica',
  seeds: 300,
  mustHappen: [
    'changes',
    'conf-changes',
    'crashes',
    'elections',
    'hand-overs',
    'joint-confs',
    'linearized',
    'reads',
    'repeated-proposals',
    'seals',
    'skipped-ticks',
    'snapshots',
    'unknowns',
    'writes',
  ],
});
