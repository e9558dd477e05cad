/** The process whose memory is searched: says when it is unsealed, and seals when told to. */
import { once } from 'node:events';

import { PlacedRandom, runToUnsealed } from './memory-scenario.ts';

const collect = globalThis.gc;
if (collect === undefined) throw new Error('run with --expose-gc');

const seal = await runToUnsealed(new PlacedRandom(), () => {
  collect();
});
console.log('unsealed');
await once(process.stdin, 'data');
await seal.seal();
console.log('sealed');
await once(process.stdin, 'data');
process.exit();
