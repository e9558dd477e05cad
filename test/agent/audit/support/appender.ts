/**
 * A process that appends records until it is killed, or kills itself after so many; it prints the
 * number of each confirmed one.
 */
import { writeSync } from 'node:fs';

import { entry } from '../../../src/audit/support/bench-trail.ts';
import { fileDevice, realTrail } from './real-trail.ts';

const [folder = '', from = '0', count = 'Infinity'] = process.argv.slice(2);
const devices = ['audit.log', 'second.log'].map((name) =>
  fileDevice(folder, { name, rotateBytes: 200_000, keep: 1_000 }),
);
const { trail, alarms } = await realTrail(folder, devices);
writeSync(1, `alarms ${alarms.map(({ kind }) => kind).join(',')}\n`);

let number = Number(from);
let left = Number(count);
async function append(): Promise<never> {
  for (;;) {
    const mine = number;
    number += 1;
    await trail.append(entry(mine, { text: 'x'.repeat(mine % 700) }));
    writeSync(1, `ack ${mine}\n`);
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
  }
}
await Promise.all(Array.from({ length: 8 }, append));
