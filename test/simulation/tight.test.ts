/** The real driver with tight limits: logs are cut soon, snapshots come in many chunks. */
import { testWorlds } from './worlds.ts';

testWorlds('worlds of replicas with tight limits', {
  tier: 'replica',
  seeds: 200,
  isTight: true,
  mustHappen: [
    'changes',
    'conf-changes',
    'crashes',
    'elections',
    'hand-overs',
    'snapshots',
    'writes',
  ],
});
