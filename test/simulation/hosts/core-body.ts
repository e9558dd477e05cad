/** The disk of a node of the core's world, and how a node starts from it. */
import assert from 'node:assert/strict';
import type { NodeId } from '../../../src/raft/types.ts';
import type { Disk } from '../world/disk.ts';
import { SimLog } from '../world/sim-log.ts';
import type { NodeContext } from './context.ts';
import { CoreHost } from './core-host.ts';
import { CoreState, emptyState, type StateImage } from './core-state.ts';
import type { Body } from './host.ts';

/** Where a new cluster begins: its members have one state, and an empty log behind it. */
const bootIndex = 1;

export class CoreBody implements Body {
  readonly id: NodeId;
  readonly disk: Disk;
  readonly log: SimLog;
  readonly #state: CoreState;

  constructor(id: NodeId, disk: Disk, voters: readonly NodeId[]) {
    this.id = id;
    this.disk = disk;
    const isMember = voters.includes(id);
    this.log = isMember ? bootLog(disk) : new SimLog(disk);
    this.#state = new CoreState(disk, isMember ? bootState(voters) : emptyState);
  }

  start(context: NodeContext): CoreHost {
    assert.ok(!this.log.isDamaged, 'a damaged log is not taken');
    const { index, term } = this.#state.current;
    assert.ok(index >= this.log.firstIndex() - 1, 'the log reaches back to the state');
    if (index > this.log.lastIndex() || this.log.term(index) !== term) {
      // The state was installed, and the log behind it was not begun anew.
      const hardState = this.log.hardState();
      this.log.replace({ start: { index, term }, entries: [], hardState });
    }
    return new CoreHost(context, this.log, this.#state);
  }

  // The bare core takes a lost disk for an honest one: it needs a driver to be refused.
  readonly startCounter = 0;
  readonly hasOlderImage = false;
  knowsStart(): boolean {
    return false;
  }
  loseDisk(): void {}
  keepImage(): void {}
  restoreImage(): void {}

  crash(): void {
    this.log.crash();
    this.#state.crash();
  }
}

function bootState(voters: readonly NodeId[]): StateImage {
  return {
    ...emptyState,
    index: bootIndex,
    term: 1,
    confState: { ...emptyState.confState, voters },
  };
}

function bootLog(disk: Disk): SimLog {
  const start = { index: bootIndex, term: 1 };
  const hardState = { term: 1, vote: 0, commit: bootIndex };
  return new SimLog(disk, { start, entries: [], hardState });
}
