/** The process whose memory is searched: opens a box, and drops everything when told to. */
import { once } from 'node:events';
import { CeremonyKey } from '../../../agent/seal/ceremony-key.ts';
import { sealFor } from '../../../agent/seal/seal-for.ts';
import type { SealedShareBox } from '../../../shared/control/methods.ts';
import type { ShareBinding } from '../../../shared/control/sealed-share.ts';
import { PlacedRandom } from '../../src/seal/memory-scenario.ts';

const collect = globalThis.gc;
if (collect === undefined) throw new Error('run with --expose-gc');

interface Job {
  readonly box: SealedShareBox;
  readonly binding: ShareBinding;
  readonly receiver: string;
}

const job = JSON.parse(process.argv[2] ?? '') as Job;
const random = new PlacedRandom();
const key = new CeremonyKey(random);
let text: Uint8Array | undefined;
// Collections in between: they are what leaves copies of small arrays behind.
for (let times = 0; times < 5; times += 1) {
  text?.fill(0);
  text = key.open(job.box, job.binding);
  sealFor(job.receiver, [{ name: 'share/1', bytes: text }], random);
  collect();
}
console.log('open');
await once(process.stdin, 'data');
text?.fill(0);
key.destroy();
collect();
collect();
console.log('dropped');
await once(process.stdin, 'data');
process.exit();
