import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFailure } from '../../../shared/errors/failure.ts';
import { emptyConf } from '../../../src/raft/tracker.ts';
import type { EntryId, HardState } from '../../../src/raft/types.ts';
import {
  encodeRecords,
  headRecord,
  type MachineState,
} from '../../../src/replica/machine-state.ts';
import { foundingState, recover } from '../../../src/replica/recover.ts';
import { Scheduler } from '../../simulation/support/scheduler.ts';
import { LogDisk, SimLog } from '../../simulation/support/sim-log.ts';
import { SimState, StateDisk } from '../../simulation/support/sim-state.ts';
import { bytes } from './support.ts';

const conf = { ...emptyConf, voters: [1] };
const none = { term: 0, vote: 0, commit: 0 };

class Bench {
  readonly scheduler = new Scheduler();
  readonly logDisk = new LogDisk();
  readonly stateDisk = new StateDisk();
  machine: MachineState | undefined;
  failed: unknown;

  /** A log of entries of one term behind its start. */
  setLog(start: EntryId, last: number, term: number, hardState: HardState = none): void {
    const entries = Array.from({ length: last - start.index }, (_, position) => {
      const index = start.index + 1 + position;
      return { index, term, type: 'normal' as const, data: bytes(`${index}`) };
    });
    this.logDisk.durable = { start, entries, hardState };
  }

  setState(applied: EntryId): void {
    const records = encodeRecords({ ...foundingState(conf), applied });
    this.stateDisk.durable = { ...this.stateDisk.durable, records };
  }

  run(found = false): void {
    const { scheduler } = this;
    recover({
      log: new SimLog(this.logDisk, scheduler),
      state: new SimState({ disk: this.stateDisk, scheduler }),
      found: found ? conf : undefined,
      recovered: (machine) => {
        this.machine = machine;
      },
      failed: (reason) => {
        this.failed = reason;
      },
    });
    assert.equal(this.machine, undefined, 'not inside the call');
    while (scheduler.step());
  }

  get log(): readonly [number, number, number | undefined] {
    const { start, entries, hardState } = this.logDisk.durable;
    return [start.index, entries.length, hardState?.term];
  }
}

test('a founder begins behind an entry that is nowhere, so that whoever joins gets a snapshot', () => {
  const bench = new Bench();
  bench.run(true);
  assert.deepEqual(bench.machine?.applied, { term: 1, index: 1 });
  assert.deepEqual(bench.machine.conf.voters, [1]);
  assert.deepEqual(bench.log, [1, 0, 1]);
});

test('whoever does not found a cluster waits with an empty state', () => {
  const bench = new Bench();
  bench.run(false);
  assert.deepEqual(bench.machine?.applied, { term: 0, index: 0 });
  assert.deepEqual(bench.log, [0, 0, 0]);
});

test('a founder with a state founds nothing anew', () => {
  const bench = new Bench();
  bench.setState({ term: 2, index: 5 });
  bench.setLog({ term: 1, index: 1 }, 8, 2, { term: 3, vote: 1, commit: 6 });
  bench.run(true);
  assert.deepEqual(bench.machine?.applied, { term: 2, index: 5 });
  assert.deepEqual(bench.log, [1, 7, 3]);
  assert.equal(bench.logDisk.durable.hardState?.vote, 1, 'the vote is kept');
});

test('a state that is beyond the log counts: the log begins anew behind it', () => {
  const bench = new Bench();
  bench.setState({ term: 4, index: 20 });
  bench.setLog({ term: 1, index: 1 }, 8, 2, { term: 4, vote: 1, commit: 8 });
  bench.run();
  assert.deepEqual(bench.log, [20, 0, 4]);
  assert.deepEqual(bench.logDisk.durable.hardState, { term: 4, vote: 1, commit: 20 });
});

test('a state of another term than the log at its index counts, too', () => {
  const bench = new Bench();
  bench.setState({ term: 4, index: 6 });
  bench.setLog({ term: 1, index: 1 }, 8, 2, { term: 4, vote: 0, commit: 3 });
  bench.run();
  assert.deepEqual(bench.log, [6, 0, 4]);
});

test('a log without a hard state gets its term from what it holds, and no vote', () => {
  const bench = new Bench();
  bench.setState({ term: 3, index: 9 });
  bench.run();
  assert.deepEqual(bench.logDisk.durable.hardState, { term: 3, vote: 0, commit: 9 });
});

function refusal(bench: Bench): string {
  bench.run();
  assert.equal(bench.machine, undefined);
  const { failed } = bench;
  return isFailure(failed, 'replica.log-gap') || isFailure(failed, 'replica.log-short')
    ? failed.code
    : String(failed);
}

test('entries that are missing between state and log are not passed over', () => {
  const bench = new Bench();
  bench.setState({ term: 1, index: 5 });
  bench.setLog({ term: 1, index: 9 }, 12, 1);
  assert.equal(refusal(bench), 'replica.log-gap');
});

test('a log that ends before its own commit has lost its end', () => {
  const bench = new Bench();
  bench.setState({ term: 1, index: 5 });
  bench.setLog({ term: 1, index: 1 }, 8, 1, { term: 1, vote: 1, commit: 9 });
  assert.equal(refusal(bench), 'replica.log-short');
});

test('records that cannot be read stop the start, and so does a disk', () => {
  const damaged = new Bench();
  damaged.setState({ term: 1, index: 5 });
  const records = new Map([[headRecord, bytes('noise')]]);
  damaged.stateDisk.durable = { ...damaged.stateDisk.durable, records };
  damaged.run();
  assert.ok(isFailure(damaged.failed, 'replica.state-damaged'));
  const full = new Bench();
  full.stateDisk.outcome = { kind: 'full' };
  full.run(true);
  assert.ok(isFailure(full.failed, 'store.disk-full'));
  const broken = new Bench();
  broken.logDisk.outcome = { kind: 'failed', reason: 'EIO' };
  broken.run(true);
  assert.equal(broken.failed, 'EIO');
});
