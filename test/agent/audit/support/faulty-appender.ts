/** A process that adds 60 records to one file, prints what became of each, and ends. */
import { entry } from '../../../src/audit/support/bench-trail.ts';
import { sayLine } from '../../../support/say-line.ts';
import { fileDevice, realTrail } from './real-trail.ts';

const [folder = ''] = process.argv.slice(2);
const { trail } = await realTrail(folder, [fileDevice(folder)]);
for (let number = 0; number < 60; number += 1) {
  try {
    await trail.append(entry(number));
    sayLine(`ack ${number}`);
  } catch {
    sayLine(`refused ${number}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}
await trail.stop();
