/**
 * Program for a test on a terminal: opens the wallboard on figures that move, as the console does,
 * and says how it ended. On SIGUSR2 the console ends it.
 */
import { runWallboard } from '../../../../console/dashboard/launch.ts';
import { epochMs, sample, update } from './snapshots.ts';

process.env['STRONGBOX_TOKEN'] = 'hvs.canary';
const controller = new AbortController();
process.once('SIGUSR2', () => controller.abort());

const end = await runWallboard(
  {
    subscribe: (listener) => {
      let count = 0;
      const tell = (): void => {
        count += 1;
        const samples = [sample('node-1', epochMs + count * 1_000, 400 + (count % 7) * 30)];
        listener(update({ metrics: { kind: 'metrics', samples } }));
      };
      tell();
      const timer = setInterval(tell, 100);
      return () => clearInterval(timer);
    },
  },
  { stdout: process.stdout, signal: controller.signal },
);
process.stdout.write(`wallboard: ${JSON.stringify(end)}\r\n`);
