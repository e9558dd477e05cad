/**
 * How quick the console is: the size of what it loads, the time from its start to the first frame,
 * and from a key to the screen while ten updates a second come in. Printed, not judged: the figures
 * are those of this machine at this moment.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { repositoryFolder } from '../support/agent-process.ts';
import { openConsole } from '../support/console-process.ts';
import { ConsoleFeed } from '../support/console-feed.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const startsMeasured = 7;
const keysMeasured = 40;
const updateIntervalMs = 100;
const programs = ['console', 'control-worker', 'audit-verify-worker', 'secret-entry'] as const;

function median(values: readonly number[]): number {
  return (
    values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN
  );
}

function print(name: string, figure: string): void {
  console.log(`${name.padEnd(48)} ${figure.padStart(12)}`);
}

function printSizes(): void {
  for (const program of programs) {
    const file = join(repositoryFolder, '.build', 'console', 'tui', `${program}.mjs`);
    print(`console: ${program}.mjs`, `${Math.round(statSync(file).size / 1_024)} KiB`);
  }
}

async function firstFrameMs(feed: ConsoleFeed, home: string): Promise<number> {
  const beganMs = performance.now();
  await using terminal = openConsole({ socket: feed.socket, home });
  await terminal.waitFor('›');
  return performance.now() - beganMs;
}

/** Time until a key shows: the help overlay opens and closes. */
async function keyTimesMs(feed: ConsoleFeed, home: string): Promise<readonly number[]> {
  await using terminal = openConsole({ socket: feed.socket, home });
  await terminal.waitFor('node-1');
  const stop = feed.updateEvery(updateIntervalMs);
  await delay(500);
  const times: number[] = [];
  for (let count = 0; count < keysMeasured; count += 1) {
    const before = terminal.screen;
    const beganMs = performance.now();
    terminal.send(count % 2 === 0 ? ':' : '\u001b');
    await terminal.waitUntil((screen) => isOpen(screen) !== isOpen(before), 'the key shows');
    times.push(performance.now() - beganMs);
    await delay(37);
  }
  stop();
  return times;
}

const isOpen = (screen: string): boolean => /^\s*:/m.test(screen);

printSizes();
await using home = await temporaryFolder();
await using feed = await ConsoleFeed.start();
const starts: number[] = [];
for (let run = 0; run < startsMeasured; run += 1) starts.push(await firstFrameMs(feed, home.path));
print('console: start to first frame, median', `${median(starts).toFixed(0)} ms`);
const keys = await keyTimesMs(feed, home.path);
print('console: key to screen at 10 Hz, median', `${median(keys).toFixed(0)} ms`);
print('console: key to screen at 10 Hz, slowest', `${Math.max(...keys).toFixed(0)} ms`);
