import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unpackFrame } from '../../../src/link/frame.ts';
import { packPeerFrame, readPeerFrame, type SnapshotChunk } from '../../../src/link/peer-frame.ts';
import type { ConfChangeSingle } from '../../../src/raft/conf-change.ts';
import type { ReplicaEvent } from '../../../src/replica/events.ts';
import {
  logCutEntries,
  snapshotChunkBytes,
  snapshotDamagedChunksMax,
  trailingEntriesMax,
} from '../../../src/replica/limits.ts';
import type { SimCluster, SimNode } from '../../simulation/support/sim-cluster.ts';
import { assertSame, commit, fill, isolate, others, settled } from './cluster-words.ts';
import { put } from './support.ts';

const change = (...changes: readonly ConfChangeSingle[]) => {
  return { transition: 'auto', changes, context: new Uint8Array() } as const;
};

/** A cluster with so many bytes in its store, and a fourth node that joins as a learner. */
function joining(entries: number, value: string): { cluster: SimCluster; learner: SimNode } {
  const cluster = settled();
  const leader = cluster.awaitLeader();
  fill(cluster, leader, entries, value);
  const learner = cluster.add(4);
  cluster.start(learner);
  const added = leader.running.changeMembers(change({ type: 'add-learner', id: 4 }));
  assert.equal(added, undefined);
  return { cluster, learner };
}

/** Looks at each chunk, and may put another in its place or drop it. */
function tapChunks(
  cluster: SimCluster,
  look: (chunk: SnapshotChunk) => SnapshotChunk | undefined,
): void {
  cluster.network.tap = (frame) => {
    const raw = unpackFrame(frame);
    if (raw.type !== 'snapshot-chunk') return frame;
    const chunk = readPeerFrame(raw);
    assert.ok(chunk.type === 'snapshot-chunk');
    const passed = look(chunk);
    return passed === undefined ? undefined : packPeerFrame(passed);
  };
}

const isStep =
  (step: string) =>
  (event: ReplicaEvent): boolean =>
    event.type === 'snapshot' && event.step === step;

const wasInstalled = ({ events }: SimNode): boolean => events.some(isStep('installed'));

const value = 'v'.repeat(20_000);

test('a new member gets the state in chunks, and then the log', () => {
  const { cluster, learner } = joining(60, value);
  const offsets: number[] = [];
  tapChunks(cluster, (chunk) => {
    offsets.push(chunk.offset);
    assert.ok(chunk.bytes.length <= snapshotChunkBytes);
    return chunk;
  });
  cluster.scheduler.runUntil(() => wasInstalled(learner));
  assert.deepEqual(
    offsets,
    Array.from({ length: 5 }, (_, index) => index * snapshotChunkBytes),
  );
  commit(cluster, cluster.awaitLeader(), put('after'));
  assertSame(cluster);
  assert.deepEqual(
    [...learner.running.machine.windows.keys()].filter((node) => node !== 4),
    [1, 2, 3],
    'the windows came with it',
  );
});

test('a transfer goes on where it was when the link comes back', () => {
  const { cluster, learner } = joining(120, value);
  const leader = cluster.awaitLeader();
  const offsets: number[] = [];
  tapChunks(cluster, (chunk) => {
    offsets.push(chunk.offset);
    return chunk;
  });
  for (const cutAt of [2, 5]) {
    cluster.scheduler.runUntil(() => offsets.length >= cutAt);
    cluster.network.cut(leader.id, 4);
    cluster.scheduler.runFor(300);
    cluster.network.heal();
  }
  cluster.scheduler.runUntil(() => wasInstalled(learner));
  assertSame(cluster);
  const distinct = [...new Set(offsets)];
  assert.deepEqual(
    distinct,
    distinct.toSorted((a, b) => a - b),
    'never back to the start',
  );
  assert.ok(offsets.length - distinct.length <= 4, `${offsets.length} of ${distinct.length}`);
});

test('a chunk that was damaged on the way is noticed, and sent again', () => {
  const { cluster, learner } = joining(60, value);
  let damaged = 0;
  tapChunks(cluster, (chunk) => {
    if (chunk.offset === 0 || damaged >= 3) return chunk;
    damaged += 1;
    const bytes = chunk.bytes.slice();
    bytes[damaged * 1_000] = 0xff;
    return { ...chunk, bytes };
  });
  cluster.scheduler.runUntil(() => wasInstalled(learner));
  assert.equal(damaged, 3);
  assert.equal(learner.events.filter(({ type }) => type === 'chunk-damaged').length, 3);
  assertSame(cluster);
});

test('a chunk that got lost is asked for again', () => {
  const { cluster, learner } = joining(60, value);
  let lost = 0;
  tapChunks(cluster, (chunk) => {
    if (lost >= 2) return chunk;
    lost += 1;
    return undefined;
  });
  cluster.scheduler.runUntil(() => wasInstalled(learner));
  assertSame(cluster);
});

test('nothing is replaced by what never arrives whole', () => {
  const { cluster, learner } = joining(60, value);
  tapChunks(cluster, (chunk) => ({ ...chunk, bytes: chunk.bytes.slice(1) }));
  const isGivenUp = (): boolean => learner.events.some(isStep('given-up'));
  cluster.scheduler.runUntil(isGivenUp);
  const damaged = learner.events.filter(({ type }) => type === 'chunk-damaged').length;
  assert.ok(damaged >= snapshotDamagedChunksMax);
  assert.equal(wasInstalled(learner), false);
  assert.equal(learner.running.machine.applied.index, 0);
  cluster.network.tap = (frame) => frame;
  cluster.scheduler.runUntil(() => wasInstalled(learner));
  assertSame(cluster);
});

test('a sender whose state is damaged is found out before anything is replaced', () => {
  const { cluster, learner } = joining(60, value);
  const leader = cluster.awaitLeader();
  leader.stateStorage?.rot('fill/000007', new Uint8Array([1]));
  cluster.scheduler.runUntil(() => learner.events.some(isStep('given-up')));
  assert.equal(wasInstalled(learner), false);
  // Another leader has a good one.
  assert.equal(leader.running.handOver(), undefined);
  cluster.scheduler.runUntil(() => wasInstalled(learner));
  const keys = learner.stateStorage?.allEntries().map(({ key }) => key);
  assert.equal(keys?.length, 60);
});

test('a receiver that crashes in the midst begins anew; a sender that crashes is replaced', () => {
  const { cluster, learner } = joining(120, value);
  let chunks = 0;
  tapChunks(cluster, (chunk) => {
    chunks += 1;
    return chunk;
  });
  cluster.scheduler.runUntil(() => chunks >= 4);
  cluster.crash(learner);
  cluster.start(learner);
  cluster.scheduler.runUntil(() => chunks >= 8);
  const leader = cluster.awaitLeader();
  cluster.crash(leader);
  cluster.scheduler.runUntil(() => wasInstalled(learner));
  cluster.start(leader);
  assertSame(cluster);
});

test('a snapshot that comes during a long apply is put in place after it', () => {
  const cluster = settled();
  const leader = cluster.awaitLeader();
  const [slow, home] = others(cluster, leader);
  assert.ok(slow !== undefined && home !== undefined);
  leader.state.checkpointApplies = 1;
  slow.state.applyMs = 6_000;
  commit(cluster, home, put('slowly applied'));
  cluster.scheduler.runFor(100);
  isolate(cluster, slow);
  fill(cluster, home, trailingEntriesMax + 2 * logCutEntries);
  cluster.network.heal();
  cluster.scheduler.runUntil(() => slow.events.some(isStep('receiving')));
  assert.equal(wasInstalled(slow), false);
  slow.state.applyMs = 1;
  cluster.scheduler.runUntil(() => wasInstalled(slow));
  assertSame(cluster);
});

test('writes go on during a transfer, and the newcomer has them', () => {
  const { cluster, learner } = joining(120, value);
  const leader = cluster.awaitLeader();
  const [home] = others(cluster, leader);
  assert.ok(home !== undefined);
  for (let count = 0; !wasInstalled(learner); count += 1) {
    commit(cluster, home, put(`during/${count}`));
    assert.ok(count < 1_000);
  }
  assertSame(cluster);
});
