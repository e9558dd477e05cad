/**
 * What the embedded store does alone: `node test/bench/store.ts [SECONDS] [FOLDER]`. Prints gets
 * and commits a second at 1, 16 and 64 callers, how many shared one statement, and the time of
 * each. A commit writes what a KV write does (metadata and a version, adjacent keys) under one
 * compare. Every commit is synced; the folder decides which disk that means.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedStore } from '../../agent/replica/open-store.ts';
import { readKeys, readPage, writeSteps } from '../../agent/replica/sqlite-schema.ts';
import { hostClock, hostTimers } from '../../agent/runtime/host-clock.ts';
import type { Store } from '../../src/ports/store.ts';
import { connectIntercepted } from '../agent/replica/intercepted-connection.ts';

const seconds = Number(process.argv[2] ?? 2);
const parent = process.argv[3] ?? tmpdir();
const secrets = 10_000;
const metadata = new Uint8Array(200).fill(1);
const version = new Uint8Array(350).fill(2);

const statements = new Map<string, number>();
const folder = await mkdtemp(join(parent, 'strongbox-bench-'));
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

const folderOfAll = 'ns/root/data/0123456789abcdef/team/';

const keyOf = (secret: number): string =>
  `${folderOfAll}app-${String(secret).padStart(6, '0')}/password`;

const anySecret = (): string => keyOf(Math.floor(Math.random() * secrets));

async function writeSecret(to: Store, secret: string): Promise<void> {
  const [read] = (await to.get([{ key: `${secret}\0m` }])).results;
  const modRevision = read?.kind === 'entry' ? read.entry.modRevision : 0;
  await to.commit({
    compare: [{ key: `${secret}\0m`, modRevision }],
    then: [
      { kind: 'put', key: `${secret}\0m`, value: metadata },
      { kind: 'put', key: `${secret}\0v0000000001`, value: version },
    ],
    else: [],
  });
}

interface Measured {
  readonly calls: number;
  readonly perSecond: number;
  readonly medianMs: number;
  readonly p99Ms: number;
}

async function measure(callers: number, call: () => Promise<unknown>): Promise<Measured> {
  const times: number[] = [];
  const start = performance.now();
  const end = start + seconds * 1_000;
  const run = async (): Promise<void> => {
    while (performance.now() < end) {
      const before = performance.now();
      await call();
      times.push(performance.now() - before);
    }
  };
  statements.clear();
  await Promise.all(Array.from({ length: callers }, run));
  const elapsed = (performance.now() - start) / 1_000;
  times.sort((left, right) => left - right);
  return {
    calls: times.length,
    perSecond: times.length / elapsed,
    medianMs: times[Math.floor(times.length / 2)] ?? 0,
    p99Ms: times[Math.floor(times.length * 0.99)] ?? 0,
  };
}

async function show(name: string, sql: string, call: () => Promise<unknown>): Promise<void> {
  for (const callers of [1, 16, 64]) {
    const { calls, perSecond, medianMs, p99Ms } = await measure(callers, call);
    const batch = calls / Math.max(1, statements.get(sql) ?? 0);
    console.log(
      `${name.padEnd(22)} ${String(callers).padStart(3)} callers ` +
        `${perSecond.toFixed(0).padStart(8)} /s   batch ${batch.toFixed(1).padStart(5)}   ` +
        `p50 ${medianMs.toFixed(2)} ms   p99 ${p99Ms.toFixed(2)} ms`,
    );
  }
}

try {
  for (let secret = 0; secret < secrets; secret += 200) {
    const burst = Array.from({ length: 200 }, (_, index) =>
      writeSecret(store, keyOf(secret + index)),
    );
    await Promise.all(burst);
  }
  await show('get', readKeys, () => store.get([{ key: `${anySecret()}\0m` }]));
  await show('get, unchanged', readKeys, async () => {
    const key = `${anySecret()}\0m`;
    await store.get([{ key, knownModRevision: 1 }]);
  });
  await show('commit of two puts', writeSteps, async () => {
    const key = anySecret();
    await store.commit({
      compare: [],
      then: [
        { kind: 'put', key: `${key}\0m`, value: metadata },
        { kind: 'put', key: `${key}\0v0000000001`, value: version },
      ],
      else: [],
    });
  });
  await show('read, compare, commit', writeSteps, () => writeSecret(store, anySecret()));
  await show('page of 100 keys', readPage, () =>
    store.range(folderOfAll, { limit: 100, keysOnly: true, after: anySecret() }),
  );
} finally {
  await close();
  await rm(folder, { recursive: true });
}
