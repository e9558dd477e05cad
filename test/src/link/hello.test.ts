import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  commonVersion,
  type Hello,
  helloObstacle,
  type LinkIdentity,
  nextStart,
  readHello,
  writeHello,
} from '../../../src/link/hello.ts';
import { earlierStartsMax } from '../../../src/link/limits.ts';

const own: LinkIdentity = {
  clusterId: 'cluster',
  node: 1,
  incarnation: new Uint8Array(16),
  startCounter: 1,
  startNonce: 1,
  earlierNonces: [],
  timings: { tickMs: 50, heartbeatTicks: 2, electionTicks: 12 },
};

const theirs: Hello = {
  ...own,
  node: 2,
  versionMin: 1,
  versionMax: 1,
  channel: 'control',
  term: 1,
  last: { term: 1, index: 1 },
};

test('a peer of the same cluster, version and timings is welcome', () => {
  assert.equal(helloObstacle(own, theirs, 2), undefined);
});

test('each difference has its own code, and the peer is named', () => {
  const timings = { ...own.timings, electionTicks: 20 };
  for (const [hello, code] of [
    [{ ...theirs, clusterId: 'other' }, 'link.cluster-differs'],
    [{ ...theirs, node: 3 }, 'link.frame-invalid'],
    [{ ...theirs, versionMin: 2, versionMax: 3 }, 'link.version-unsupported'],
    [{ ...theirs, timings }, 'link.timings-differ'],
  ] as const) {
    assert.equal(helloObstacle(own, hello, 2)?.code, code);
  }
  assert.match(helloObstacle(own, { ...theirs, clusterId: 'x' }, 2)?.message ?? '', /agent 2/);
});

test('the newest version that both speak is taken, if there is one', () => {
  const ours = { versionMin: 4, versionMax: 5 };
  for (const [versionMin, versionMax, common] of [
    [4, 5, 5],
    [3, 4, 4],
    [5, 6, 5],
    [1, 3, undefined],
    [6, 9, undefined],
  ] as const) {
    assert.equal(commonVersion({ versionMin, versionMax }, ours), common);
  }
});

test('each start tells of those before it, of so many at most', () => {
  let count = 0;
  const draw = (): number => (count += 1);
  const first = nextStart(undefined, draw);
  assert.deepEqual([first.startCounter, first.earlierNonces], [1, []]);
  let last = first;
  const nonces = [first.startNonce];
  for (let starts = 0; starts < earlierStartsMax + 5; starts += 1) {
    last = nextStart(last, draw);
    assert.deepEqual(last.earlierNonces, nonces.slice(0, earlierStartsMax));
    nonces.unshift(last.startNonce);
  }
  assert.equal(last.startCounter, nonces.length);
  assert.equal(new Set(nonces).size, nonces.length);
  assert.deepEqual(readHello(writeHello({ ...theirs, ...last })), { ...theirs, ...last });
  const tooMany = writeHello(theirs);
  tooMany[tooMany.length - 1] = earlierStartsMax + 1;
  assert.throws(() => readHello(tooMany), /too many starts/);
});

test('a later version may say more, and is understood', () => {
  const longer = new Uint8Array([...writeHello(theirs), 1, 2, 3]);
  assert.deepEqual(readHello(longer), theirs);
});

test('an empty range of versions or an unknown channel is refused', () => {
  const bytes = writeHello(theirs);
  for (const [at, byte] of [
    [0, 9],
    [2, 7],
  ] as const) {
    const changed = bytes.slice();
    changed[at] = byte;
    assert.throws(() => readHello(changed), /cannot be read/);
  }
});
