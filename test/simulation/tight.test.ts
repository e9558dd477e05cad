/** The real driver with limits so small that short runs reach them: logs cut, snapshots in chunks. */
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
