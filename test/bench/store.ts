/**
 * What the embedded store does alone: gets and commits a second at 1, 16 and 64 callers, how many
 * shared one statement, and the time of each. A commit writes what a KV write does (metadata and a
 * version, adjacent keys). Every commit is synced; the folder decides which disk that means.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedStore } from '../../agent/replica/open-store.ts';
import { readKeys, readPage, writeSteps } from '../../agent/replica/sqlite-schema.ts';
import { hostClock, hostTimers } from '../../agent/lifetime/host-clock.ts';
import type { Compare, Store } from '../../src/ports/store.ts';
import { connectIntercepted } from '../agent/replica/intercepted-connection.ts';
import { inLanes } from './in-lanes.ts';
import { ascending, percentile } from './load/measured.ts';
import type { BenchOptions } from './options.ts';
import { type Column, printCells, printTitles } from './table.ts';

const secrets = 10_000;
const seedingLanes = 200;
const callerCounts = [1, 16, 64] as const;
const pageEntries = 100;
const metadata = new Uint8Array(200).fill(1);
const version = new Uint8Array(350).fill(2);
const folderOfAll = 'ns/root/data/0123456789abcdef/team/';

const columns: readonly Column[] = [
  ['store', 24],
  ['callers', 9],
  ['calls/s', 10],
  ['a batch', 10],
  ['p50 ms', 9],
  ['p99 ms', 9],
];

/** A call that is measured. */
interface StoreWork {
  readonly name: string;
  /** The statement that a batch of such calls is. */
  readonly sql: string;
  readonly call: (store: Store) => Promise<unknown>;
}

const works: readonly StoreWork[] = [
  {
    name: 'get',
    sql: readKeys,
    call: (store) => store.get([{ key: metadataOf(anySecret()) }]),
  },
  {
    name: 'get, changed meanwhile',
    sql: readKeys,
    call: (store) => store.get([{ key: metadataOf(anySecret()), knownModRevision: 1 }]),
  },
  {
    name: 'commit of two puts',
    sql: writeSteps,
    call: (store) => putSecret(store, anySecret(), []),
  },
  {
    name: 'read, compare, commit',
    sql: writeSteps,
    call: (store) => changeSecret(store, anySecret()),
  },
  {
    name: `page of ${pageEntries} keys`,
    sql: readPage,
    call: (store) => {
      const page = { limit: pageEntries, keysOnly: true, after: anySecret() };
      return store.range(folderOfAll, page);
    },
  },
];

export async function benchStore({ seconds, folder: parent }: BenchOptions): Promise<void> {
  const statements = new Map<string, number>();
  const folder = await mkdtemp(join(parent ?? tmpdir(), 'strongbox-bench-'));
  const { store, close } = await openEmbeddedStore({
    path: join(folder, 'data'),
    clock: hostClock,
    timers: hostTimers,
    onFatal: (reason) => {
      throw reason;
    },
    connect: (path) =>
      connectIntercepted(path, (sql) => statements.set(sql, (statements.get(sql) ?? 0) + 1)),
  });
  try {
    const all = { from: 0, to: secrets, chunkSize: 1, lanes: seedingLanes };
    await inLanes(all, (secret) => changeSecret(store, keyOf(secret)));
    printTitles(columns);
    for (const { name, sql, call } of works) {
      for (const callers of callerCounts) {
        statements.clear();
        const timed = await timeCalls(callers, seconds, () => call(store));
        const batch = timed.calls / Math.max(1, statements.get(sql) ?? 0);
        printCells(columns, [
          name,
          String(callers),
          timed.perSecond.toFixed(0),
          batch.toFixed(1),
          timed.p50Ms.toFixed(2),
          timed.p99Ms.toFixed(2),
        ]);
      }
    }
  } finally {
    await close();
    await rm(folder, { recursive: true });
  }
}

async function timeCalls(
  callers: number,
  seconds: number,
  call: () => Promise<unknown>,
): Promise<{ calls: number; perSecond: number; p50Ms: number; p99Ms: number }> {
  const timesMs: number[] = [];
  const start = performance.now();
  const end = start + seconds * 1_000;
  const run = async (): Promise<void> => {
    while (performance.now() < end) {
      const before = performance.now();
      await call();
      timesMs.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: callers }, run));
  const elapsedSeconds = (performance.now() - start) / 1_000;
  timesMs.sort(ascending);
  return {
    calls: timesMs.length,
    perSecond: timesMs.length / elapsedSeconds,
    p50Ms: percentile(timesMs, 0.5),
    p99Ms: percentile(timesMs, 0.99),
  };
}

async function changeSecret(store: Store, secret: string): Promise<void> {
  const key = metadataOf(secret);
  const [read] = (await store.get([{ key }])).results;
  const modRevision = read?.kind === 'entry' ? read.entry.modRevision : 0;
  await putSecret(store, secret, [{ key, modRevision }]);
}

async function putSecret(
  store: Store,
  secret: string,
  compare: readonly Compare[],
): Promise<unknown> {
  return store.commit({
    compare,
    then: [
      { kind: 'put', key: metadataOf(secret), value: metadata },
      { kind: 'put', key: `${secret}\0v0000000001`, value: version },
    ],
    else: [],
  });
}

function keyOf(secret: number): string {
  return `${folderOfAll}app-${String(secret).padStart(6, '0')}/password`;
}

function metadataOf(secret: string): string {
  return `${secret}\0m`;
}

function anySecret(): string {
  return keyOf(Math.floor(Math.random() * secrets));
}
