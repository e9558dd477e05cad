/**
 * A process that appends records until it is killed, or kills itself after so many; it prints the
 * number of each confirmed one.
 */
import { entry } from '../../../src/audit/support/bench-trail.ts';
import { sayLine } from '../../../support/say-line.ts';
import { fileDevice, realTrail } from './real-trail.ts';

const [folder = '', from = '0', count = 'Infinity'] = process.argv.slice(2);
const devices = ['audit.log', 'second.log'].map((name) =>
  fileDevice(folder, { name, rotateBytes: 200_000, keep: 1_000 }),
);
const { trail, alarms } = await realTrail(folder, devices);
sayLine(`alarms ${alarms.map(({ kind }) => kind).join(',')}`);

let number = Number(from);
let left = Number(count);
async function append(): Promise<never> {
  for (;;) {
    const mine = number;
    number += 1;
    await trail.append(entry(mine, { text: 'x'.repeat(mine % 700) }));
    sayLine(`ack ${mine}`);
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
  }
}
await Promise.all(Array.from({ length: 8 }, append));
