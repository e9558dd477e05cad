/**
 * The disk of a node that runs the real driver: log, state, and what the agent keeps beside them
 * (which data folder it is, and how often it has started).
 */
import assert from 'node:assert/strict';
import { nextStart, type StartRecord } from '../../../src/link/hello.ts';
import type { NodeId } from '../../../src/raft/types.ts';
import { windowRecord } from '../../../src/replica/machine-state.ts';
import { ResultWindow } from '../../../src/replica/result-window.ts';
import type { Chance } from '../world/chance.ts';
import type { Disk } from '../world/disk.ts';
import { type LogImage, SimLog } from '../world/sim-log.ts';
import { SimState, type StateImage } from '../world/sim-state.ts';
import type { NodeContext } from './context.ts';
import type { Body } from './host.ts';
import { ReplicaHost } from './replica-host.ts';

/** How often an apply is followed by a checkpoint. */
const checkpointPermille = 200;

export interface ReplicaBodyOptions {
  readonly id: NodeId;
  readonly disk: Disk;
  readonly voters: readonly NodeId[];
  readonly chance: Chance;
}

interface Image {
  readonly log: LogImage;
  readonly state: StateImage;
  readonly incarnation: number;
  readonly started: StartRecord | undefined;
  readonly isFounder: boolean;
}

export class ReplicaBody implements Body {
  readonly id: NodeId;
  readonly disk: Disk;
  readonly log: SimLog;
  readonly #voters: readonly NodeId[];
  readonly #contacts: readonly NodeId[];
  readonly #chance: Chance;
  readonly #state: SimState;
  #context: NodeContext | undefined;
  /** Stands for the random bytes that are made with a data folder. */
  #incarnation: number;
  #started: StartRecord | undefined;
  #isFounder: boolean;
  #image: Image | undefined;

  constructor({ id, disk, voters, chance }: ReplicaBodyOptions) {
    this.id = id;
    this.disk = disk;
    this.#voters = voters;
    this.#chance = chance;
    // The one that it was told to join by: others find it once they know it as a member.
    this.#contacts = [chance.of(voters)].filter((other) => other !== id);
    this.#incarnation = chance.below(1_000_000);
    this.#isFounder = voters.includes(id);
    this.log = new SimLog(disk);
    this.#state = new SimState({
      disk,
      applyMeanUs: () => this.#context?.applyMeanUs ?? 0,
      applied: (event) => this.#context?.witness.changed(event),
      isCheckpoint: () => chance.permille(checkpointPermille),
    });
  }

  start(context: NodeContext): ReplicaHost {
    assert.ok(!this.log.isDamaged, 'a damaged log is not taken');
    this.#context = context;
    this.#started = nextStart(this.#started, (bound) => this.#chance.below(bound));
    return new ReplicaHost(context, {
      log: this.log,
      state: this.#state,
      incarnation: this.#incarnation,
      start: this.#started,
      founders: this.#isFounder ? this.#voters : [],
      contacts: this.#contacts,
    });
  }

  crash(): void {
    this.log.crash();
    this.#state.crash();
  }

  get startCounter(): number {
    return this.#started?.startCounter ?? 0;
  }

  get hasOlderImage(): boolean {
    const { started } = this.#image ?? {};
    return started !== undefined && started.startCounter < this.startCounter;
  }

  knowsStart(node: NodeId, startCounter: number): boolean {
    const record = this.#state.durable.records.get(windowRecord(node));
    return record !== undefined && ResultWindow.decode(record).start >= startCounter;
  }

  loseDisk(): void {
    this.log.replace();
    this.#state.replace();
    this.#incarnation = this.#chance.below(1_000_000);
    this.#started = undefined;
    this.#isFounder = false;
  }

  keepImage(): void {
    this.#image = {
      log: this.log.durable,
      state: this.#state.durable,
      incarnation: this.#incarnation,
      started: this.#started,
      isFounder: this.#isFounder,
    };
  }

  restoreImage(): void {
    if (this.#image === undefined) return;
    const { log, state, incarnation, started, isFounder } = this.#image;
    this.log.replace(log);
    this.#state.replace(state);
    this.#incarnation = incarnation;
    this.#started = started;
    this.#isFounder = isFounder;
  }
}
