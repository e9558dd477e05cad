/**
 * Reads that are answered beside the keys, while others commit: by two who have the store through
 * ports of their own, in every order that fast-check comes to, and by threads that really run at
 * the same time. A read that begins after a commit was answered sees it, whoever made it, and no
 * one is told an earlier time than somebody else was before.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { openStorage } from '../../../agent/process/open-storage.ts';
import { RemoteStore } from '../../../agent/threads/remote-store.ts';
import { SharedPosition } from '../../../agent/threads/shared-position.ts';
import { StoreAnnouncer } from '../../../agent/threads/store-announcer.ts';
import { serveStore } from '../../../agent/threads/store-server.ts';
import { callBursts, checkLinearizable, runBursts } from '../../conformance/store/concurrency.ts';
import { sqliteStores } from '../../conformance/store/sqlite-stores.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { ledgerBytes, type RacerData, type RacerTold } from './racer-protocol.ts';

/** So little of moves may be unheard that a thread is behind with the second of them. */
const unheardMax = 150;

for (const [knownEntriesMax, knowing, announced] of [
  [2, 'knowing two entries', undefined],
  [8, 'knowing eight entries', undefined],
  [undefined, 'knowing all entries', undefined],
  [undefined, 'often behind', unheardMax],
] as const) {
  test(`two who share a store, each ${knowing}, see one order`, async () => {
    const property = fc.asyncProperty(callBursts, async (bursts) => {
      const listener = new StoreAnnouncer(new SharedPosition(), announced);
      const served = await sqliteStores({ listener })();
      const stores = [1, 2].map(
        () =>
          new RemoteStore({
            connection: serveStore(served.store, listener),
            clock: served.clock,
            knownEntriesMax,
          }),
      );
      try {
        checkLinearizable(await runBursts(stores, bursts));
      } finally {
        for (const store of stores) await store.close();
        await served.dispose();
      }
    });
    await fc.assert(property, { numRuns: 30 });
  });
}

const racers = 3;
const racerRounds = 400;

for (const [limit, state] of [
  [undefined, 'hear everything'],
  [unheardMax, 'are often behind'],
] as const) {
  test(`threads that race and ${state} see what was answered to each other`, () => race(limit));
}

async function race(limit: number | undefined): Promise<void> {
  await using folder = await temporaryFolder();
  const listener = new StoreAnnouncer(new SharedPosition(), limit);
  const giveUp = (reason: Error): never => {
    throw reason;
  };
  const config = { node: { id: 'n', data: folder.path }, audit: [] };
  const storage = await openStorage(config, giveUp, listener);
  const ledger = new SharedArrayBuffer(ledgerBytes);
  const told = await Promise.all(
    Array.from({ length: racers }, async (_, number) => {
      const connection = serveStore(storage.store, listener);
      const data: RacerData = { connection, ledger, number, rounds: racerRounds };
      const worker = new Worker(new URL('racer.ts', import.meta.url), {
        workerData: data,
        transferList: [connection.port],
      });
      const [said] = (await once(worker, 'message')) as [RacerTold];
      await worker.terminate();
      return said;
    }),
  );
  await storage.close();
  for (const { faults, readsAtOnce } of told) {
    assert.deepEqual(faults, []);
    assert.ok(readsAtOnce > 0, 'some reads were answered without asking');
  }
}
