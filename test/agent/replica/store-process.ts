/**
 * A process with a store, for tests that kill it: `store-process.ts FOLDER MODE`.
 *
 * - `idle` opens the store, says `ready` and waits for the end of its standard input.
 * - `write` commits without end (or STORE_COMMITS_MAX times, and then waits to be killed),
 *   several commits at a time, and prints `ack REVISION STAMP` for each that was acknowledged, in
 *   one write a line. Each commit puts the same stamp under three keys.
 * - STORE_CHECKPOINT_PAGES lowers the limit of that name, so that the store's file is written
 * often.
 * - A failed store ends it with `fatal CODE`, exit code 9. Another failed commit prints
 *   `refused CODE`.
 */
import { hostClock, hostTimers } from '../../../agent/lifetime/host-clock.ts';
import { openEmbeddedStore } from '../../../agent/replica/open-store.ts';
import { StrongBoxError } from '../../../shared/errors/failure.ts';
import { put } from '../../conformance/store/harness.ts';
import { sayLine } from '../../support/say-line.ts';

const writers = 8;
const [path, mode] = process.argv.slice(2);
if (path === undefined) throw new Error('a folder is needed');

const pages = process.env['STORE_CHECKPOINT_PAGES'];
const embedded = await openEmbeddedStore({
  path,
  checkpointPages: pages === undefined ? undefined : Number(pages),
  clock: hostClock,
  timers: hostTimers,
  onFatal: (reason) => {
    sayLine(`fatal ${reason.code}`);
    process.exit(9);
  },
});
const { store } = embedded;
sayLine('ready');

/** One commit: the stamp under the writer's two keys and one key that all of them share. */
async function commit(writer: number, stamp: string): Promise<void> {
  const value = `${stamp} ${'x'.repeat(300)}`;
  const then = [put(`w${writer}/a`, value), put(`w${writer}/b`, value), put('shared', value)];
  try {
    const { revision } = await store.commit({ compare: [], then, else: [] });
    sayLine(`ack ${revision} ${stamp}`);
  } catch (error) {
    if (!(error instanceof StrongBoxError)) throw error;
    sayLine(`refused ${error.code}`);
  }
}

let commitsLeft = Number(process.env['STORE_COMMITS_MAX'] ?? Number.POSITIVE_INFINITY);

async function write(writer: number): Promise<void> {
  for (let count = 0; commitsLeft > 0; count += 1) {
    commitsLeft -= 1;
    await commit(writer, `${writer}-${count}-${process.pid}`);
  }
}

if (mode === 'write') {
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  setInterval(() => undefined, 1_000); // waits to be killed, with the store open
} else {
  process.stdin.resume();
  process.stdin.on('end', () => void embedded.close());
}
