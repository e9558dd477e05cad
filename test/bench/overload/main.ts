/**
 * `npm run bench -- overload`: an agent under more than it can do, and under clients that mean no
 * good. Each row has its target and whether it was met; on a machine that does other work, too, the
 * times say more about that work. `--seconds N` is the time of each load (5), `--idle N` the number
 * of idle connections (10,000, or what the limit of open files allows); `--only PART,…` runs some
 * of the parts.
 */
import { parseArgs } from 'node:util';
import { expensiveRequests } from './expensive.ts';
import {
  drippingBodies,
  drippingHeads,
  halfOpenHandshakes,
  idleConnections,
  largeBodies,
  neverReading,
} from './hostile.ts';
import { openStage, type Stage } from './stage.ts';
import { seed, twiceThePeak } from './twice-the-peak.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    idle: { type: 'string', default: '10000' },
    only: { type: 'string' },
  },
});

/** Each has an agent of its own: what one leaves behind would be a figure of the next. */
const parts: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  writes: (stage) => twiceThePeak(stage, 'POST'),
  reads: async (stage) => {
    await seed(stage);
    await twiceThePeak(stage, 'GET');
  },
  bodies: largeBodies,
  heads: drippingHeads,
  slow: drippingBodies,
  unread: neverReading,
  handshakes: halfOpenHandshakes,
  idle: (stage) => idleConnections(stage, Number(values.idle)),
  expensive: expensiveRequests,
};

const only = values.only?.split(',');
for (const [name, part] of Object.entries(parts)) {
  if (only !== undefined && !only.includes(name)) continue;
  await using stage = await openStage(Number(values.seconds));
  await part(stage);
}
