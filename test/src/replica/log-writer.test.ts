import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MsgAppResp, MsgStorageAppend } from '../../../src/raft/messages.ts';
import { appendThread } from '../../../src/raft/ready.ts';
import { emptyConf } from '../../../src/raft/tracker.ts';
import type { Entry } from '../../../src/raft/types.ts';
import { diskFullRetryTicks } from '../../../src/replica/limits.ts';
import { LogWriter } from '../../../src/replica/log-writer.ts';
import { Scheduler } from '../../simulation/support/scheduler.ts';
import { LogDisk, SimLog } from '../../simulation/support/sim-log.ts';
import { bytes } from './support.ts';

const entry = (index: number, term: number): Entry => {
  return { index, term, type: 'normal', data: bytes(`${index}/${term}`) };
};

const answer = (index: number): MsgAppResp => {
  const rest = { reject: false, rejectHint: 0, logTerm: 0 };
  return { type: 'MsgAppResp', from: 1, to: 2, term: 1, index, ...rest };
};

function work(part: Partial<MsgStorageAppend>): MsgStorageAppend {
  return {
    type: 'MsgStorageAppend',
    from: 1,
    to: appendThread,
    term: 0,
    entries: [],
    hardState: undefined,
    snapshot: undefined,
    mustSync: true,
    responses: [],
    ...part,
  };
}

class Bench {
  readonly scheduler = new Scheduler();
  readonly disk = new LogDisk();
  readonly log = new SimLog(this.disk, this.scheduler);
  readonly told: string[] = [];
  readonly writer: LogWriter;

  constructor() {
    const { scheduler } = this;
    const clock = { monotonicMs: () => scheduler.nowMs, wallMs: () => scheduler.nowMs };
    this.writer = new LogWriter(this.log, clock, {
      deliver: (responses) => {
        for (const response of responses) {
          const index = response.type === 'MsgAppResp' ? response.index : 0;
          this.told.push(`${response.type} ${index}, durable ${this.durable}`);
        }
      },
      install: (snapshot, done) => {
        this.told.push(`install ${snapshot.index}, log ${this.log.lastIndex()}`);
        scheduler.after(1, () => done({ kind: 'done' }));
      },
      failed: (reason) => this.told.push(`failed ${String(reason)}`),
      turnEnded: () => {},
    });
  }

  get durable(): number {
    const { start, entries } = this.disk.durable;
    return start.index + entries.length;
  }

  append(first: number, last: number, term = 1): void {
    const entries = Array.from({ length: last - first + 1 }, (_, at) => entry(first + at, term));
    this.writer.enqueue(work({ entries, responses: [answer(last)] }));
  }

  tick(count: number): void {
    for (let ticks = 0; ticks < count; ticks += 1) this.writer.tick();
  }
}

test('an answer leaves when what it speaks of is durable, and not before', () => {
  const bench = new Bench();
  bench.append(1, 3);
  assert.deepEqual(bench.told, []);
  bench.scheduler.step();
  assert.deepEqual(bench.told, ['MsgAppResp 3, durable 3']);
});

test('what comes while a batch is being written shares the next sync', () => {
  const bench = new Bench();
  for (let index = 1; index <= 20; index += 1) bench.append(index, index);
  bench.scheduler.runFor(100);
  assert.equal(bench.disk.writes, 2);
  assert.equal(bench.told.length, 20);
  assert.equal(bench.told.at(-1), 'MsgAppResp 20, durable 20');
});

test('within a batch a later entry takes the place of an earlier one, and what follows it', () => {
  const bench = new Bench();
  bench.append(1, 1);
  bench.append(2, 5, 1);
  bench.append(3, 3, 2);
  bench.scheduler.runFor(100);
  assert.deepEqual(
    bench.disk.durable.entries.map(({ index, term }) => [index, term]),
    [
      [1, 1],
      [2, 1],
      [3, 2],
    ],
  );
});

test('a commit alone is not written; it goes with the next batch, and its answer does not wait', () => {
  const bench = new Bench();
  bench.append(1, 2);
  bench.scheduler.runFor(10);
  const hardState = { term: 1, vote: 0, commit: 2 };
  bench.writer.enqueue(work({ hardState, mustSync: false, responses: [answer(2)] }));
  assert.equal(bench.told.length, 2);
  assert.equal(bench.disk.writes, 1);
  bench.append(3, 3);
  bench.scheduler.runFor(10);
  assert.deepEqual(bench.disk.durable.hardState, hardState);
});

test('an answer without a write of its own waits for the writes before it', () => {
  const bench = new Bench();
  bench.append(1, 1);
  bench.writer.enqueue(work({ mustSync: false, responses: [answer(9)] }));
  assert.deepEqual(bench.told, []);
  bench.scheduler.runFor(10);
  assert.deepEqual(bench.told, ['MsgAppResp 1, durable 1', 'MsgAppResp 9, durable 1']);
});

test('a full disk is waited for: nothing is answered, then everything', () => {
  const bench = new Bench();
  bench.disk.outcome = { kind: 'full' };
  bench.append(1, 1);
  bench.scheduler.runFor(10);
  assert.equal(bench.writer.isFull, true);
  assert.deepEqual(bench.told, []);
  bench.append(2, 2);
  bench.disk.outcome = { kind: 'done' };
  bench.tick(diskFullRetryTicks - 1);
  bench.scheduler.runFor(10);
  assert.deepEqual(bench.told, []);
  bench.tick(2);
  bench.scheduler.runFor(10);
  assert.equal(bench.writer.isFull, false);
  assert.deepEqual(bench.told, ['MsgAppResp 1, durable 1', 'MsgAppResp 2, durable 2']);
});

test('a write that is tried again and is slow is not begun twice', () => {
  const bench = new Bench();
  bench.disk.outcome = { kind: 'full' };
  bench.append(1, 1);
  bench.scheduler.runFor(10);
  bench.disk.outcome = { kind: 'done' };
  bench.disk.isHanging = true;
  bench.tick(3 * diskFullRetryTicks);
  bench.disk.isHanging = false;
  bench.scheduler.runFor(10);
  assert.deepEqual(bench.told, ['MsgAppResp 1, durable 1']);
});

test('any other failure is the end, and nothing is answered or written again', () => {
  const bench = new Bench();
  bench.disk.outcome = { kind: 'failed', reason: 'EIO' };
  bench.append(1, 1);
  bench.append(2, 2);
  bench.scheduler.runFor(10);
  assert.deepEqual(bench.told, ['failed EIO']);
  bench.disk.outcome = { kind: 'done' };
  bench.tick(10 * diskFullRetryTicks);
  bench.scheduler.runFor(10);
  assert.deepEqual(bench.told, ['failed EIO']);
  assert.equal(bench.disk.writes, 0);
});

test('how long a write takes is known while it hangs', () => {
  const bench = new Bench();
  bench.disk.isHanging = true;
  bench.append(1, 1);
  bench.scheduler.runFor(500);
  bench.tick(10);
  assert.equal(bench.writer.writingTicks, 10);
  assert.equal(bench.writer.latencyMs, 500);
  bench.disk.isHanging = false;
  bench.scheduler.runFor(10);
  assert.equal(bench.writer.isWriting, false);
  assert.equal(bench.writer.writingTicks, 0);
});

test('a snapshot: first the term, then the state, then the log, then the answers', () => {
  const bench = new Bench();
  bench.append(1, 2);
  bench.scheduler.runFor(10);
  const snapshot = { index: 10, term: 3, confState: { ...emptyConf, voters: [1] } };
  const hardState = { term: 4, vote: 0, commit: 10 };
  bench.writer.enqueue(work({ snapshot, hardState, responses: [answer(10)] }));
  bench.append(11, 11, 4);
  const states: string[] = [];
  while (bench.scheduler.step()) {
    const { start, hardState: stored } = bench.disk.durable;
    states.push(`${start.index} ${stored?.term ?? 0} ${stored?.commit ?? 0}`);
  }
  assert.deepEqual(bench.told, [
    'MsgAppResp 2, durable 2',
    'install 10, log 2',
    'MsgAppResp 10, durable 10',
    'MsgAppResp 11, durable 11',
  ]);
  // The commit is not beyond the log at any moment.
  assert.deepEqual(states, ['0 4 2', '0 4 2', '10 4 2', '10 4 10', '10 4 10']);
});
