/** The topics that look at the store, over a store that hangs until the test lets it answer. */
import assert from 'node:assert/strict';
import { mock, type TestContext, test } from 'node:test';
import type { Feed } from '../../../agent/control/feed.ts';
import { sampleIntervalMs } from '../../../agent/control/limits.ts';
import { clusterTopic } from '../../../agent/control/topics/cluster-topic.ts';
import { metricsTopic } from '../../../agent/control/topics/metrics-topic.ts';
import { FigureSampler } from '../../../agent/telemetry/agent-figures.ts';
import type { ClusterSnapshot, MetricsSnapshot } from '../../../shared/control/topics.ts';
import type { Store } from '../../../src/ports/store.ts';
import { framed, type InitialisedRoom, initialisedRoom } from '../../src/seal/seal-room.ts';
import { ManualClock } from '../../support/manual-clock.ts';

/** Answers of the store that the test holds back. */
class Gate {
  readonly #waiting: (() => void)[] = [];
  fails = false;

  get count(): number {
    return this.#waiting.length;
  }

  async pass(): Promise<void> {
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.fails) throw new Error('no quorum');
  }

  async open(): Promise<void> {
    for (const release of this.#waiting.splice(0)) release();
    await settled();
  }
}

/** Everything that was only waiting for other promises has gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function mockTicks(t: TestContext): void {
  mock.timers.enable({ apis: ['setInterval'] });
  t.after(() => mock.timers.reset());
}

interface ClusterRoom {
  readonly gate: Gate;
  readonly seal: InitialisedRoom;
  readonly errors: unknown[];
  open(): { readonly feed: Feed; readonly woken: () => number };
}

/** A cluster topic on a seal of one share. */
async function clusterRoom(t: TestContext): Promise<ClusterRoom> {
  mockTicks(t);
  const gate = new Gate();
  const seal = await initialisedRoom(1, 1);
  const errors: unknown[] = [];
  const get: Store['get'] = async (requests) => {
    await gate.pass();
    return seal.store.get(requests);
  };
  const topic = clusterTopic({
    seal: seal.seal,
    store: { get } as Store,
    clock: seal.clock,
    trailStatus: () => ({ devices: [], nextIndex: 0 }) as never,
    leadership: { current: () => ({ leaderId: 'node-1', term: 1 }) },
    alarm: () => undefined,
    certificateUntilMs: () => undefined,
    node: { id: 'node-1', version: '1', storage: 'memory', startedAtMs: 0 },
    onError: (error) => errors.push(error),
  });
  return {
    gate,
    seal,
    errors,
    open() {
      let count = 0;
      const feed = topic.open(() => {
        count += 1;
      });
      return { feed, woken: () => count };
    },
  };
}

test('a look that the last watcher has left behind is not the first that the next one sees', async (t) => {
  const room = await clusterRoom(t);
  const { feed } = room.open();
  const first = feed.first();
  feed.close();
  await room.gate.open();
  await first;
  room.seal.clock.advance(3_600_000);
  const second = room.open().feed.first();
  await room.gate.open();
  const { capturedAtMs } = (await second) as ClusterSnapshot;
  assert.equal(capturedAtMs, room.seal.clock.wallMs(), 'an hour old');
});

test('while the store hangs it is asked once, however many watch and however long', async (t) => {
  const room = await clusterRoom(t);
  const feeds = Array.from({ length: 5 }, () => room.open().feed);
  const firsts = feeds.map((feed) => feed.first());
  mock.timers.tick(10 * sampleIntervalMs);
  for (const feed of feeds) feed.close();
  const late = room.open().feed.first();
  assert.equal(room.gate.count, 1);
  await room.gate.open();
  const snapshots = await Promise.all([...firsts, late]);
  assert.ok(snapshots.every(({ kind }) => kind === 'cluster'));
  mock.timers.tick(sampleIntervalMs);
  assert.equal(room.gate.count, 1, 'and then it is looked at again');
  await room.gate.open();
  assert.deepEqual(room.errors, []);
});

test('what changes while the store hangs is in the answer', async (t) => {
  const room = await clusterRoom(t);
  const { feed, woken } = room.open();
  const first = feed.first();
  await room.seal.seal.submit(framed(room.seal, 1));
  assert.equal(room.gate.count, 1);
  await room.gate.open();
  assert.equal(((await first) as ClusterSnapshot).nodes[0]?.sealed, false);
  assert.equal(woken(), 1);
});

test('a look that fails is told once, and the next one is another', async (t) => {
  const room = await clusterRoom(t);
  const { feed, woken } = room.open();
  const refused = assert.rejects(feed.first(), /no quorum/);
  room.gate.fails = true;
  await room.gate.open();
  await refused;
  assert.deepEqual(room.errors.map(String), ['Error: no quorum']);
  assert.equal(woken(), 0);
  room.gate.fails = false;
  const again = feed.first();
  await room.gate.open();
  assert.equal((await again).kind, 'cluster');
});

test('figures are sampled one at a time, and those of who has left are shown to nobody', async (t) => {
  mockTicks(t);
  const gate = new Gate();
  const samplers: FigureSampler[] = [];
  const topic = metricsTopic({
    node: 'node-1',
    clock: new ManualClock(),
    host: { watch: () => () => undefined },
    figures() {
      const sampler = new FigureSampler({
        counts: async () => {
          await gate.pass();
          return { commits: 0, auditRecords: 0, connections: samplers.length };
        },
        watchRequests: () => () => undefined,
      });
      samplers.push(sampler);
      return sampler;
    },
    onError: (error) => assert.ifError(error),
  });
  const open = (): Feed => topic.open(() => undefined);
  const shown = async (feed: Feed): Promise<readonly number[]> =>
    ((await feed.first()) as MetricsSnapshot).samples.map(({ agent }) => agent.connections);
  const first = open();
  mock.timers.tick(10 * sampleIntervalMs);
  assert.equal(gate.count, 1);
  first.close();
  const second = open();
  mock.timers.tick(sampleIntervalMs);
  assert.equal(gate.count, 1, 'the old look is still under way');
  await gate.open();
  assert.deepEqual(await shown(second), [], 'it was for the one who has left');
  mock.timers.tick(sampleIntervalMs);
  assert.equal(gate.count, 1);
  await gate.open();
  assert.deepEqual(await shown(second), [2]);
  second.close();
  assert.deepEqual(await shown(open()), []);
});
