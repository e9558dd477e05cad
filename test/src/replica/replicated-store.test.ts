/** What the contract's own suite does not ask of the store over a replica. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFailure } from '../../../shared/errors/failure.ts';
import { waitingCommitsMax, waitingReadsMax } from '../../../src/limits.ts';
import { ReplicatedStore } from '../../../src/replica/replicated-store.ts';
import type { SimCluster, SimNode } from '../../simulation/support/sim-cluster.ts';
import { others, settled } from './cluster-words.ts';
import { put, transaction } from './support.ts';

function storeOf(node: SimNode, requestTicksMax = 400): ReplicatedStore {
  const { running: replica, stateStorage: state } = node;
  assert.ok(state !== undefined);
  return new ReplicatedStore({ replica, state, requestTicksMax });
}

/** Lets virtual time pass until the call is answered. */
async function passing<Value>(cluster: SimCluster, call: Promise<Value>): Promise<Value> {
  const state = { isDone: false };
  const ended = call.finally(() => {
    state.isDone = true;
  });
  ended.catch(() => {});
  while (!state.isDone) {
    for (let count = 0; count < 20; count += 1) cluster.scheduler.step();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return ended;
}

const isCode =
  (code: 'store.overloaded' | 'store.closed' | 'store.io' | 'replica.outcome-unknown') =>
  (error: unknown): boolean =>
    isFailure(error, code);

test('so many commits and reads wait, and the next is told at once', async () => {
  const cluster = settled();
  const [node] = others(cluster, cluster.awaitLeader());
  assert.ok(node !== undefined);
  const store = storeOf(node);
  const commits = Array.from({ length: waitingCommitsMax }, () =>
    store.commit(transaction(put('a'))),
  );
  await assert.rejects(store.commit(transaction(put('b'))), isCode('store.overloaded'));
  const reads = Array.from({ length: waitingReadsMax }, () => store.get([{ key: 'a' }]));
  await assert.rejects(store.get([]), isCode('store.overloaded'));
  await passing(cluster, Promise.all([...commits, ...reads]));
  const { results } = await passing(cluster, store.get([{ key: 'a' }]));
  const [result] = results;
  assert.ok(result?.kind === 'entry');
  assert.equal(result.entry.version, waitingCommitsMax);
});

test('a node that fails leaves nobody waiting: calls are refused, watches end', async () => {
  const cluster = settled({ voters: [1] });
  const node = cluster.node(1);
  const store = storeOf(node);
  const watch = store.watch('', 1)[Symbol.asyncIterator]();
  const next = watch.next();
  node.log.outcome = { kind: 'failed', reason: 'EIO' };
  await assert.rejects(passing(cluster, store.commit(transaction(put('a')))), isCode('store.io'));
  assert.deepEqual(await next, { done: true, value: undefined });
  await assert.rejects(store.get([]), isCode('store.closed'));
});

test('without a majority a commit ends with its deadline, and its outcome is unknown', async () => {
  const cluster = settled();
  const leader = cluster.awaitLeader();
  const store = storeOf(leader, 40);
  for (const other of others(cluster, leader)) cluster.crash(other);
  await assert.rejects(
    passing(cluster, store.commit(transaction(put('a')))),
    isCode('replica.outcome-unknown'),
  );
});

test('a watch on another node sees what was committed on this one', async () => {
  const cluster = settled();
  const [one, other] = others(cluster, cluster.awaitLeader());
  assert.ok(one !== undefined && other !== undefined);
  const watch = storeOf(other).watch('a', 1)[Symbol.asyncIterator]();
  const next = watch.next();
  const { revision } = await passing(cluster, storeOf(one).commit(transaction(put('a'))));
  const event = await passing(cluster, next);
  assert.ok(event.done !== true);
  assert.equal(event.value.revision, revision);
});
