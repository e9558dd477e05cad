import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failure, type StrongBoxError } from '../../../shared/errors/failure.ts';
import { packFrame } from '../../../src/link/frame.ts';
import { type Hello, helloObstacle, type LinkIdentity } from '../../../src/link/hello.ts';
import { guestsMax, idleTicksMax, silentTicksMax } from '../../../src/link/limits.ts';
import { Links } from '../../../src/link/links.ts';
import type { PeerFrame } from '../../../src/link/peer-frame.ts';
import type { LinkChannel } from '../../../src/ports/peer-link.ts';
import type { NodeId } from '../../../src/raft/types.ts';
import { Scheduler } from '../../simulation/support/scheduler.ts';
import { SimNetwork } from '../../simulation/support/sim-link.ts';

const tickMs = 50;

/** One end, which writes down what it is told. */
class End {
  readonly links: Links;
  readonly told: string[] = [];
  readonly reasons: (StrongBoxError | undefined)[] = [];
  readonly removed = new Set<NodeId>();
  readonly #scheduler: Scheduler;

  constructor(id: NodeId, network: SimNetwork, scheduler: Scheduler, clusterId = 'cluster') {
    this.#scheduler = scheduler;
    const identity: LinkIdentity = {
      clusterId,
      node: id,
      incarnation: new Uint8Array(16),
      startCounter: 1,
      startNonce: 1,
      earlierNonces: [],
      timings: { tickMs, heartbeatTicks: 2, electionTicks: 12 },
    };
    const makeHello = (channel: LinkChannel): Hello => {
      const last = { term: 0, index: 0 };
      return { ...identity, versionMin: 1, versionMax: 1, channel, term: 0, last };
    };
    this.links = new Links({
      self: id,
      port: network.port(id),
      draw: () => 0,
      host: {
        makeHello,
        obstacle: (peer, hello) =>
          this.removed.has(peer)
            ? failure('link.peer-removed', { peer })
            : helloObstacle(identity, hello, peer),
        received: (peer, frame: PeerFrame) => this.told.push(`${peer} ${frame.type}`),
        up: (peer, channel) => this.told.push(`up ${peer} ${channel}`),
        down: (peer, channel, reason) => {
          this.told.push(`down ${peer} ${channel}`);
          this.reasons.push(reason);
        },
        turnEnded: () => {},
      },
    });
    this.#tick();
  }

  #tick(): void {
    this.links.tick();
    this.#scheduler.after(tickMs, () => this.#tick());
  }
}

function pair(otherCluster?: string): {
  scheduler: Scheduler;
  network: SimNetwork;
  left: End;
  right: End;
} {
  const scheduler = new Scheduler();
  const network = new SimNetwork(scheduler);
  const left = new End(1, network, scheduler);
  const right = new End(2, network, scheduler, otherCluster);
  left.links.setPeers([1, 2]);
  right.links.setPeers([1, 2]);
  return { scheduler, network, left, right };
}

const isUp = ({ links }: End, peer: NodeId): boolean =>
  links.isUp(peer, 'control') && links.isUp(peer, 'bulk');

test('both channels come up, and frames pass in both directions', () => {
  const { scheduler, left, right } = pair();
  scheduler.runUntil(() => isUp(left, 2) && isUp(right, 1));
  assert.ok(left.links.send(2, 'bulk', { type: 'proposals-refused' }));
  assert.ok(right.links.send(1, 'control', { type: 'transfer-refused', term: 3 }));
  scheduler.runFor(10);
  assert.deepEqual(right.told.slice(-1), ['1 proposals-refused']);
  assert.deepEqual(left.told.slice(-1), ['2 transfer-refused']);
});

test('what cannot be sent is refused at once', () => {
  const { left } = pair();
  assert.equal(left.links.send(2, 'bulk', { type: 'ping' }), false);
  assert.equal(left.links.send(9, 'bulk', { type: 'ping' }), false);
});

test('a peer of another cluster is refused, and both sides know why', () => {
  const { scheduler, left, right } = pair('another');
  scheduler.runFor(500);
  assert.equal(isUp(left, 2), false);
  assert.ok(right.reasons.some((reason) => reason?.code === 'link.cluster-differs'));
  assert.ok(left.reasons.some((reason) => reason?.code === 'link.refused'));
  const { message } = left.reasons.find((reason) => reason !== undefined) ?? { message: '' };
  assert.match(message, /another cluster/);
});

test('a peer that is dropped is not heard any more, and says hello anew', () => {
  const { scheduler, left, right } = pair();
  scheduler.runUntil(() => isUp(left, 2) && isUp(right, 1));
  right.links.send(1, 'control', { type: 'proposals-refused' });
  const told = left.told.length;
  left.links.drop(2, failure('link.peer-removed', { peer: 2 }));
  assert.equal(isUp(left, 2), false);
  assert.equal(left.links.send(2, 'bulk', { type: 'ping' }), false);
  scheduler.runUntil(() => isUp(left, 2) && isUp(right, 1));
  const heard = left.told.slice(told);
  assert.deepEqual(heard.toSorted(), [
    'down 2 bulk',
    'down 2 control',
    'up 2 bulk',
    'up 2 control',
  ]);
  assert.ok(left.reasons.some((reason) => reason?.code === 'link.peer-removed'));
  left.links.drop(9, failure('link.peer-removed', { peer: 9 }));
});

test('a lost connection is dialled again until it is there', () => {
  const { scheduler, network, left, right } = pair();
  scheduler.runUntil(() => isUp(left, 2));
  network.cut(1, 2);
  scheduler.runFor(2_000);
  assert.equal(isUp(left, 2), false);
  network.heal();
  scheduler.runUntil(() => isUp(left, 2) && isUp(right, 1), 5_000);
  assert.ok(left.told.includes('down 2 bulk'));
});

test('an idle link is kept by pings; one that is dead without a word is given up', () => {
  const { scheduler, network, left, right } = pair();
  scheduler.runUntil(() => isUp(left, 2) && isUp(right, 1));
  const before = left.told.length;
  scheduler.runFor(10 * idleTicksMax * tickMs);
  assert.equal(left.told.length, before, 'pings are nobody else s business');
  assert.ok(isUp(left, 2));
  // Half open: frames get lost, and no end hears of it.
  network.tap = () => undefined;
  scheduler.runFor((idleTicksMax + 2) * tickMs);
  assert.equal(isUp(left, 2), false);
  assert.equal(isUp(right, 1), false);
});

test('a peer that talks nonsense is cut off', () => {
  const { scheduler, network, left, right } = pair();
  scheduler.runUntil(() => isUp(left, 2) && isUp(right, 1));
  network.tap = () => new Uint8Array([1, 2, 3]);
  left.links.send(2, 'bulk', { type: 'ping' });
  scheduler.runFor(5);
  assert.equal(right.links.isUp(1, 'bulk'), false);
  assert.ok(right.reasons.some((reason) => reason?.code === 'link.frame-invalid'));
});

test('nothing counts before the hello', () => {
  const { scheduler, network, left, right } = pair();
  network.tap = (frame, { from }) =>
    from === 1 ? packFrame('proposals-refused', new Uint8Array()) : frame;
  scheduler.runFor(100);
  assert.equal(isUp(right, 1), false);
  assert.ok(!right.told.includes('1 proposals-refused'));
  assert.ok(right.reasons.some((reason) => /before the hello/.test(reason?.message ?? '')));
  assert.equal(isUp(left, 2), false);
});

test('a removed peer is let go, and cannot come back', () => {
  const { scheduler, left, right } = pair();
  scheduler.runUntil(() => isUp(left, 2) && isUp(right, 1));
  right.removed.add(1);
  right.links.setPeers([2, 3]);
  scheduler.runFor(1_000);
  assert.equal(isUp(left, 2), false);
  assert.equal(right.links.send(1, 'bulk', { type: 'ping' }), false);
  assert.ok(left.reasons.some((reason) => /was removed/.test(reason?.message ?? '')));
});

const silenceMs = (silentTicksMax + 2) * tickMs;

test('whoever is not known yet may dial, whatever the ids are, and is not dialled back', () => {
  for (const stranger of [1, 2] as const) {
    const { scheduler, left, right } = pair();
    const host = stranger === 1 ? right : left;
    host.links.setPeers([]);
    scheduler.runUntil(() => isUp(left, 2) && isUp(right, 1), silenceMs);
    assert.ok(host.links.send(stranger, 'control', { type: 'ping' }));
    host.links.setPeers([]);
    assert.equal(host.links.isUp(stranger, 'control'), false, 'it has to ask again');
    (stranger === 1 ? left : right).links.close();
    scheduler.runFor(10 * silenceMs);
    assert.equal(host.links.send(stranger, 'control', { type: 'ping' }), false);
  }
});

test('a guest that becomes a peer keeps its connection', () => {
  const { scheduler, left, right } = pair();
  right.links.setPeers([]);
  scheduler.runUntil(() => isUp(right, 1));
  right.links.setPeers([1, 2]);
  scheduler.runFor(10);
  assert.ok(isUp(left, 2) && isUp(right, 1));
  assert.ok(!right.told.includes('down 1 bulk'));
});

test('there is room for so many guests, and no more', () => {
  const { scheduler, network } = pair();
  const host = new End(100, network, scheduler);
  const guests = Array.from({ length: guestsMax + 1 }, (_, position) => {
    const guest = new End(10 + position, network, scheduler);
    guest.links.setPeers([100]);
    return guest;
  });
  const linked = (): number => guests.filter((guest) => isUp(guest, 100)).length;
  scheduler.runUntil(() => linked() === guestsMax);
  scheduler.runFor(silenceMs);
  assert.equal(linked(), guestsMax);
  // One that goes makes room.
  guests.find((guest) => isUp(guest, 100))?.links.close();
  scheduler.runUntil(() => linked() === guestsMax, silenceMs);
  assert.ok(host.links.isUp(10 + guestsMax, 'bulk'));
});

test('where the lower id cannot dial, the higher one does after a while', () => {
  const { scheduler, network, left, right } = pair();
  network.blockDials(1, 2);
  scheduler.runFor(silenceMs / 2);
  assert.equal(isUp(left, 2), false);
  scheduler.runUntil(() => isUp(left, 2) && isUp(right, 1), 2 * silenceMs);
  const before = [left.told.length, right.told.length];
  scheduler.runFor(10 * silenceMs);
  assert.deepEqual([left.told.length, right.told.length], before, 'it stays');
});

test('two that dial at the same time keep one connection, that of the lower id', () => {
  // Both have waited, and the way is free in any moment of their dials.
  for (let delayMs = 0; delayMs < 100; delayMs += 1) {
    const { scheduler, network, left, right } = pair();
    network.delayMs = 30;
    network.cut(1, 2);
    scheduler.runFor(2 * silenceMs + delayMs);
    network.heal();
    scheduler.runUntil(() => isUp(left, 2) && isUp(right, 1), silenceMs);
    scheduler.runFor(1_000);
    const before = [left.told.length, right.told.length];
    scheduler.runFor(10 * silenceMs);
    assert.deepEqual([left.told.length, right.told.length], before, 'it is settled');
    assert.ok(isUp(left, 2) && isUp(right, 1));
    assert.equal(network.connectionsOf(1, 2), 2, 'one a channel');
  }
});
