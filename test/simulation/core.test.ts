/** The Raft core, with the least around it, in simulated worlds. `npm run sim` runs more. */
import { testWorlds } from './worlds.ts';

testWorlds('worlds of bare cores', {
  tier: 'core',
  seeds: 500,
  mustHappen: [
    'conf-changes',
    'crashes',
    'elections',
    'joint-confs',
    'linearized',
    'reads',
    'snapshots',
    'unknowns',
    'writes',
  ],
});
