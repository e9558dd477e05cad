/** Agents of one cluster in virtual time: each with its disks, which outlive its crashes. */
import assert from 'node:assert/strict';
import { sha256 } from '../../../src/crypto/sha256.ts';
import { nextStart, type StartRecord } from '../../../src/link/hello.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Ticker } from '../../../src/ports/ticker.ts';
import { productionSizes, type RaftSizes } from '../../../src/raft/options.ts';
import { emptyConf } from '../../../src/raft/tracker.ts';
import type { ConfState, NodeId } from '../../../src/raft/types.ts';
import type { ReplicaEvent } from '../../../src/replica/events.ts';
import { type Replica, startReplica } from '../../../src/replica/replica.ts';
import { Scheduler } from './scheduler.ts';
import { SimNetwork } from './sim-link.ts';
import { LogDisk, SimLog } from './sim-log.ts';
import { SimState, StateDisk } from './sim-state.ts';

export interface SimClusterOptions {
  readonly voters: readonly NodeId[];
  readonly seed?: number;
  /** Undefined: clocks go with virtual time. */
  readonly clock?: Clock;
  readonly historyRevisionsMax?: number | undefined;
  readonly sizes?: Partial<RaftSizes>;
}

export const tickMs = 50;

/** One agent: its disks for ever, its process from start to crash. */
export class SimNode {
  readonly id: NodeId;
  readonly log = new LogDisk();
  readonly state = new StateDisk();
  readonly events: ReplicaEvent[] = [];
  incarnation: Uint8Array;
  started: StartRecord | undefined;
  fit = true;
  clusterId = 'cluster';
  /** Undefined while it is down. */
  replica: Replica | undefined;
  stateStorage: SimState | undefined;
  fatal: unknown;
  stop: () => void = () => {};

  constructor(id: NodeId) {
    this.id = id;
    this.incarnation = new Uint8Array(16).fill(id);
  }

  get running(): Replica {
    assert.ok(this.replica !== undefined, `node ${this.id} runs`);
    return this.replica;
  }
}

export class SimCluster {
  readonly scheduler = new Scheduler();
  readonly network = new SimNetwork(this.scheduler);
  readonly nodes = new Map<NodeId, SimNode>();
  readonly #options: SimClusterOptions;
  readonly #draw: (bound: number) => number;

  constructor(options: SimClusterOptions) {
    this.#options = options;
    this.#draw = seededDraw(options.seed ?? 1);
    for (const id of options.voters) this.add(id);
  }

  /** A node that does not run yet. */
  add(id: NodeId): SimNode {
    const node = new SimNode(id);
    this.nodes.set(id, node);
    return node;
  }

  node(id: NodeId): SimNode {
    const node = this.nodes.get(id);
    assert.ok(node !== undefined);
    return node;
  }

  startAll(): void {
    for (const node of this.nodes.values()) this.start(node);
  }

  /** A node with an empty state founds the cluster, if it is one of the first voters. */
  start(node: SimNode, founds = true): void {
    const { scheduler } = this;
    node.started = nextStart(node.started, this.#draw);
    node.fatal = undefined;
    const log = new SimLog(node.log, scheduler);
    const { historyRevisionsMax, sizes } = this.#options;
    const state = new SimState({ disk: node.state, scheduler, historyRevisionsMax });
    const life = { isOver: false };
    node.stateStorage = state;
    node.stop = () => {
      life.isOver = true;
      log.crash();
      state.crash();
      this.network.crash(node.id);
      node.replica = undefined;
    };
    const { heartbeatTicks, electionTicks } = { ...productionSizes, ...sizes };
    startReplica(
      {
        identity: {
          clusterId: node.clusterId,
          node: node.id,
          incarnation: node.incarnation,
          ...node.started,
          timings: { tickMs, heartbeatTicks, electionTicks },
        },
        ports: {
          log,
          state,
          link: this.network.port(node.id),
          ticker: this.#ticker(life),
          clock: this.#options.clock ?? this.#clock(),
        },
        hash: sha256,
        draw: this.#draw,
        found: founds ? this.#foundingConf(node) : undefined,
        contacts: [...this.nodes.keys()],
        sizes: { ...productionSizes, ...sizes },
        fit: node.fit,
        emit: (event) => node.events.push(event),
        onFatal: (reason) => {
          node.fatal = reason;
        },
      },
      (replica) => {
        if (!life.isOver) node.replica = replica;
      },
    );
  }

  /** The process ends in this moment; what was not durable is lost. */
  crash(node: SimNode): void {
    node.stop();
  }

  /** The leader of the newest term that runs and knows itself as such. */
  get leader(): SimNode | undefined {
    const leaders = [...this.nodes.values()].filter(
      ({ replica }) => replica?.isStopped === false && replica.core.raft.role === 'leader',
    );
    const termOf = ({ running }: SimNode): number => running.core.raft.term;
    return leaders.toSorted((left, right) => termOf(right) - termOf(left))[0];
  }

  awaitLeader(): SimNode {
    this.scheduler.runUntil(() => this.leader?.running.core.raft.hasCommittedInTerm === true);
    const { leader } = this;
    assert.ok(leader !== undefined);
    return leader;
  }

  #foundingConf({ id }: SimNode): ConfState | undefined {
    const { voters } = this.#options;
    return voters.includes(id) ? { ...emptyConf, voters } : undefined;
  }

  #clock(): Clock {
    const { scheduler } = this;
    const monotonicMs = (): number => scheduler.nowMs;
    return { monotonicMs, wallMs: () => Date.UTC(2030, 0, 1) + scheduler.nowMs };
  }

  #ticker(life: { readonly isOver: boolean }): Ticker {
    return {
      start: (periodMs, onTick) => {
        let isEnded = false;
        const tick = (): void => {
          if (isEnded || life.isOver) return;
          onTick(periodMs);
          this.scheduler.after(periodMs, tick);
        };
        this.scheduler.after(1 + this.#draw(periodMs), tick);
        return () => {
          isEnded = true;
        };
      },
    };
  }
}

/** Mulberry32: small, and good enough to spread events. */
export function seededDraw(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}
