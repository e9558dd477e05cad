/** The small rules of the driver, each alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterTimeJumpMsMax } from '../../../src/limits.ts';
import type { Hello } from '../../../src/link/hello.ts';
import type { ConfChangeSingle } from '../../../src/raft/conf-change.ts';
import { emptyConf } from '../../../src/raft/tracker.ts';
import type { Entry as LogEntry } from '../../../src/raft/types.ts';
import { ReplicaTime } from '../../../src/replica/cluster-time.ts';
import {
  knownPeersMax,
  pinnedEntriesMax,
  promotionLagEntriesMax,
  trailingBytesMax,
  trailingEntriesMax,
} from '../../../src/replica/limits.ts';
import { cutIndex } from '../../../src/replica/log-cutter.ts';
import { emptyMachineState } from '../../../src/replica/machine-state.ts';
import { membershipObstacle, type MemberFacts } from '../../../src/replica/membership-policy.ts';
import { PeerRegistry } from '../../../src/replica/peer-registry.ts';
import { PeerTable } from '../../../src/replica/peer-table.ts';
import { ResultWindow } from '../../../src/replica/result-window.ts';
import { TickMeter } from '../../../src/replica/tick-meter.ts';
import { Scheduler } from '../../simulation/support/scheduler.ts';
import { LogDisk, SimLog } from '../../simulation/support/sim-log.ts';
import { ManualClock } from '../../support/manual-clock.ts';

test('time is the state s stamp and what has passed since', () => {
  const clock = new ManualClock();
  const time = new ReplicaTime(clock, 1_000);
  clock.advance(500);
  assert.equal(time.readMs(), 1_500);
  time.applied(9_000);
  clock.advance(10);
  assert.equal(time.readMs(), 9_010);
});

test('a clock that ran ahead is put right, and what was told is not taken back', () => {
  const clock = new ManualClock();
  const time = new ReplicaTime(clock, 1_000);
  clock.advance(5_000);
  assert.equal(time.readMs(), 6_000);
  time.applied(2_000);
  assert.equal(time.readMs(), 6_000);
  clock.advance(4_500);
  assert.equal(time.readMs(), 6_500);
});

test('the first stamp of a cluster is its leader s wall clock; later ones catch up in jumps', () => {
  const clock = new ManualClock();
  const time = new ReplicaTime(clock, 0);
  assert.equal(time.readMs(), 0);
  assert.equal(time.stampMs(), clock.wallMs());
  time.applied(clock.wallMs());
  const before = clock.wallMs();
  clock.jumpWall(3 * clusterTimeJumpMsMax);
  clock.advance(5);
  assert.equal(time.stampMs(), before + 5 + clusterTimeJumpMsMax);
  assert.equal(time.stampMs(), before + 5 + 2 * clusterTimeJumpMsMax);
});

test('stamps do not go back with the wall clock, and reads do not know of them', () => {
  const clock = new ManualClock();
  const start = clock.wallMs();
  const time = new ReplicaTime(clock, start);
  clock.jumpWall(-clusterTimeJumpMsMax);
  clock.advance(20);
  assert.equal(time.stampMs(), start + 20);
  clock.jumpWall(2 * clusterTimeJumpMsMax);
  assert.ok(time.stampMs() > start + 20);
  assert.equal(time.readMs(), start + 20, 'a stamp counts when it is applied');
});

test('what a leader stamped in vain is forgotten with its leadership', () => {
  const clock = new ManualClock();
  const start = clock.wallMs();
  const time = new ReplicaTime(clock, start);
  clock.jumpWall(10 * clusterTimeJumpMsMax);
  for (let count = 0; count < 5; count += 1) time.stampMs();
  time.forgetStamps();
  clock.jumpWall(-10 * clusterTimeJumpMsMax);
  assert.equal(time.stampMs(), start);
});

test('ticks follow the time that passes, with its rests', () => {
  const meter = new TickMeter(50, 2);
  const ticks = [20, 20, 20, 100, 30].map((ms) => meter.passed(ms, false).ticks);
  assert.deepEqual(ticks, [0, 0, 1, 2, 0]);
});

test('after a stall a follower reads its sockets first; a leader speaks at once', () => {
  const follower = new TickMeter(50, 2);
  assert.deepEqual(follower.passed(2_000, false), { ticks: 0, skippedTicks: 40 });
  assert.deepEqual(follower.passed(50, false), { ticks: 1, skippedTicks: 0 });
  const leader = new TickMeter(50, 2);
  assert.deepEqual(leader.passed(2_000, true), { ticks: 2, skippedTicks: 38 });
});

test('a host that is always late still gets on', () => {
  const meter = new TickMeter(50, 2);
  const ticks = [1, 2, 3, 4].map(() => meter.passed(400, false).ticks);
  assert.deepEqual(ticks, [0, 2, 2, 2]);
});

const hello = (part: Partial<Hello>): Hello => {
  return {
    clusterId: 'c',
    node: 2,
    incarnation: new Uint8Array(16).fill(1),
    startCounter: 5,
    startNonce: 50,
    earlierNonces: [],
    timings: { tickMs: 50, heartbeatTicks: 2, electionTicks: 12 },
    versionMin: 1,
    versionMax: 1,
    channel: 'control',
    term: 3,
    last: { term: 3, index: 30 },
    ...part,
  };
};

const reasonOf = (
  registry: PeerRegistry,
  part: Partial<Hello>,
  window?: ResultWindow,
): string | undefined => {
  const windows = new Map(window === undefined ? [] : [[2, window]]);
  const obstacle = registry.obstacle(hello(part), { ...emptyMachineState, windows });
  assert.ok(obstacle === undefined || obstacle.code === 'link.peer-behind');
  return obstacle?.message;
};

test('a removed peer is refused, and told so; a stranger is not', () => {
  const registry = new PeerRegistry();
  const machine = { ...emptyMachineState, removed: [2] };
  assert.equal(registry.obstacle(hello({}), machine)?.code, 'link.peer-removed');
  assert.equal(registry.obstacle(hello({ node: 3 }), machine), undefined);
});

test('identities of strangers are remembered up to a limit, those of members always', () => {
  const registry = new PeerRegistry();
  const conf = { ...emptyConf, voters: [1, 2] };
  const machine = { ...emptyMachineState, conf };
  const isRefused = (node: number): boolean => {
    const later = hello({ node, startCounter: 6 });
    assert.equal(registry.obstacle(later, machine), undefined);
    return registry.obstacle(hello({ node }), machine) !== undefined;
  };
  for (let node = 10; node < 10 + knownPeersMax; node += 1) assert.ok(isRefused(node));
  assert.ok(!isRefused(9_999));
  assert.ok(isRefused(2));
});

test('a peer comes back as the one it was, or is refused', () => {
  const registry = new PeerRegistry();
  assert.equal(reasonOf(registry, {}), undefined);
  assert.equal(reasonOf(registry, {}), undefined, 'its second channel');
  assert.match(reasonOf(registry, { startNonce: 51 }) ?? '', /twice from one image/);
  assert.equal(reasonOf(registry, { startCounter: 6, startNonce: 60 }), undefined);
  assert.match(reasonOf(registry, {}) ?? '', /start counter went back/);
  const other = { incarnation: new Uint8Array(16).fill(2), startCounter: 9 };
  assert.match(reasonOf(registry, other) ?? '', /data folder is another one/);
  registry.keep([1, 3]);
  assert.equal(reasonOf(registry, other), undefined, 'it was removed meanwhile');
});

test('what the replicated state knows of a peer outlives this node s start', () => {
  const window = new ResultWindow();
  window.judge({ node: 2, start: 7, nonce: 70, sequence: 1, lowest: 1 });
  window.tellFolder(new Uint8Array(16).fill(1));
  const judged = (part: Partial<Hello>): string | undefined =>
    reasonOf(new PeerRegistry(), part, window);
  assert.match(judged({ startCounter: 6 }) ?? '', /went back/);
  assert.match(judged({ startCounter: 7, startNonce: 71 }) ?? '', /twice from one image/);
  assert.equal(judged({ startCounter: 7, startNonce: 70 }), undefined);
  const later = { startCounter: 9, startNonce: 90 };
  assert.equal(judged({ ...later, earlierNonces: [80, 70, 60] }), undefined);
  assert.match(judged({ ...later, earlierNonces: [80, 71, 60] }) ?? '', /twice from one image/);
  assert.equal(judged({ ...later, earlierNonces: [80] }), undefined, 'it tells of few');
  const folder = new Uint8Array(16).fill(9);
  assert.match(judged({ startCounter: 8, incarnation: folder }) ?? '', /another one/);
});

test('who was let in is named once the state knows of another start or data folder', () => {
  const registry = new PeerRegistry();
  assert.equal(reasonOf(registry, { earlierNonces: [40] }), undefined);
  const contradicted = (start: number, nonce: number, folder = 1): string | undefined => {
    const window = new ResultWindow();
    window.judge({ node: 2, start, nonce, sequence: 1, lowest: 1 });
    window.tellFolder(new Uint8Array(16).fill(folder));
    const windows = new Map([[2, window]]);
    return registry.contradicted({ ...emptyMachineState, windows })[0]?.error.message;
  };
  assert.equal(contradicted(5, 50), undefined);
  assert.equal(contradicted(4, 40), undefined, 'it was not told of this start yet');
  assert.match(contradicted(4, 41) ?? '', /twice from one image/);
  assert.match(contradicted(6, 60) ?? '', /went back/);
  assert.match(contradicted(5, 50, 2) ?? '', /another one/);
  assert.deepEqual(registry.contradicted(emptyMachineState), []);
});

test('a peer has at least what it acknowledged to this leader', () => {
  const registry = new PeerRegistry();
  registry.acknowledged(2, { term: 3, index: 31 });
  registry.acknowledged(2, { term: 3, index: 20 });
  assert.match(reasonOf(registry, {}) ?? '', /shorter than it said/);
  assert.equal(reasonOf(registry, { last: { term: 3, index: 31 } }), undefined);
  assert.equal(reasonOf(registry, { last: { term: 4, index: 10 } }), undefined);
  registry.forgetAcknowledged();
  assert.equal(reasonOf(registry, {}), undefined);
});

test('what a peer has of the committed log counts for ever, by any leader s word', () => {
  const registry = new PeerRegistry();
  registry.learnCommitted(2, { term: 3, index: 31 });
  registry.learnCommitted(2, { term: 2, index: 40 });
  registry.forgetAcknowledged();
  assert.match(reasonOf(registry, {}) ?? '', /shorter than it said/);
  assert.equal(reasonOf(registry, { last: { term: 4, index: 10 } }), undefined);
  registry.keep([1, 3]);
  assert.equal(reasonOf(registry, {}), undefined);
});

test('news of a peer are news for a while', () => {
  const health = {
    fit: true,
    appendLatencyMs: 0,
    newestCheckpoint: 0,
    checkpoint: undefined,
    confirmed: false,
    acknowledged: [],
  };
  const table = new PeerTable(2);
  table.heard(2, health);
  table.tick();
  table.tick();
  assert.equal(table.healthOf(2), health);
  table.tick();
  assert.equal(table.healthOf(2), undefined);
  table.heard(2, health);
  table.keep([3]);
  assert.equal(table.healthOf(2), undefined);
});

const change = (...changes: readonly ConfChangeSingle[]) => {
  return { transition: 'auto', changes, context: new Uint8Array() } as const;
};
const facts: MemberFacts = {
  conf: { ...emptyConf, voters: [1, 2, 3], learners: [4] },
  committed: 5_000,
  removed: [6],
  isAlive: (id) => id <= 2,
  matchOf: (id) => (id === 4 ? 5_000 - promotionLagEntriesMax : 0),
};

test('the driver proposes what keeps the cluster alive', () => {
  const obstacle = (...changes: readonly ConfChangeSingle[]): string | undefined =>
    membershipObstacle(change(...changes), facts);
  assert.equal(obstacle({ type: 'add-learner', id: 5 }), undefined);
  assert.match(obstacle({ type: 'add-voter', id: 5 }) ?? '', /learner first/);
  assert.match(obstacle({ type: 'add-learner', id: 6 }) ?? '', /never used again/);
  assert.equal(obstacle({ type: 'remove', id: 3 }), undefined);
  assert.match(obstacle({ type: 'remove', id: 2 }) ?? '', /no majority/);
  // Four voters of whom two live have no majority.
  assert.match(obstacle({ type: 'add-voter', id: 4 }) ?? '', /no majority/);
  const isAlive = (): boolean => true;
  const promotion = change({ type: 'add-voter', id: 4 });
  assert.equal(membershipObstacle(promotion, { ...facts, isAlive }), undefined);
  const matchOf = (): number => 5_000 - promotionLagEntriesMax - 1;
  assert.match(membershipObstacle(promotion, { ...facts, isAlive, matchOf }) ?? '', /caught up/);
  const young = { ...facts, isAlive, committed: 5, matchOf: () => 0 };
  assert.match(membershipObstacle(promotion, young) ?? '', /caught up/, 'it has nothing yet');
  const all = change(
    { type: 'remove', id: 1 },
    { type: 'remove', id: 2 },
    { type: 'remove', id: 3 },
  );
  assert.equal(membershipObstacle(all, facts), 'removed all voters');
});

function logOf(count: number, bytesEach: number): SimLog {
  const disk = new LogDisk();
  const data = new Uint8Array(bytesEach);
  const entries: LogEntry[] = Array.from({ length: count }, (_, position) => {
    return { term: 1, index: position + 1, type: 'normal', data };
  });
  disk.durable = { start: { term: 0, index: 0 }, entries, hardState: undefined };
  return new SimLog(disk, new Scheduler());
}

test('the log keeps a trailing part, by entries or by bytes', () => {
  const small = logOf(10_000, 1);
  assert.equal(cutIndex(small, 9_000, undefined), 9_000 - trailingEntriesMax);
  assert.equal(cutIndex(small, 3_000, undefined), undefined);
  const large = logOf(400, 100_000);
  const cut = cutIndex(large, 400, undefined);
  assert.ok(cut !== undefined);
  const kept = 400 - cut;
  assert.ok(kept * 100_000 <= trailingBytesMax && kept >= 40, `${kept} kept`);
});

test('a snapshot on its way keeps what follows it, up to a limit', () => {
  const log = logOf(80_000, 1);
  assert.equal(cutIndex(log, 80_000, 60_000), 60_000);
  assert.equal(cutIndex(log, 80_000, 100), 80_000 - pinnedEntriesMax);
});
