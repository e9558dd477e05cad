/**
 * The network between nodes: each directed path has its own state. What is sent is delayed, lost,
 * doubled or overtaken as the plan says; a blocked path swallows everything, in one direction only.
 */
import type { NodeId } from '../../../src/raft/types.ts';
import type { Chance } from './chance.ts';
import type { Scheduler, Us } from './scheduler.ts';

export interface NetworkPlan {
  readonly delayMinUs: Us;
  /** Mean of what comes on top: large against the time between messages, it reorders them. */
  readonly delayMeanUs: Us;
  readonly lossPermille: number;
  readonly doublePermille: number;
}

export const calmNetwork: NetworkPlan = {
  delayMinUs: 200,
  delayMeanUs: 800,
  lossPermille: 0,
  doublePermille: 0,
};

export class Network {
  readonly #scheduler: Scheduler;
  readonly #chance: Chance;
  plan: NetworkPlan;
  readonly #blocked = new Set<number>();
  /** How many times slower a path is. */
  readonly #slow = new Map<number, number>();

  constructor(scheduler: Scheduler, chance: Chance, plan: NetworkPlan) {
    this.#scheduler = scheduler;
    this.#chance = chance;
    this.plan = plan;
  }

  /** Sends one datagram: `deliver` is called never, once or twice. */
  send(from: NodeId, to: NodeId, deliver: () => void): void {
    if (this.isBlocked(from, to) || this.#chance.permille(this.plan.lossPermille)) return;
    const arrive = (): void => {
      if (!this.isBlocked(from, to)) deliver();
    };
    this.#scheduler.after(this.delayUs(from, to), arrive);
    if (this.#chance.permille(this.plan.doublePermille)) {
      this.#scheduler.after(2 * this.delayUs(from, to), arrive);
    }
  }

  /** How long something takes on the path now. */
  delayUs(from: NodeId, to: NodeId): Us {
    const { delayMinUs, delayMeanUs } = this.plan;
    const slow = this.#slow.get(path(from, to)) ?? 1;
    return slow * (delayMinUs + this.#chance.aroundMean(delayMeanUs));
  }

  isBlocked(from: NodeId, to: NodeId): boolean {
    return this.#blocked.has(path(from, to));
  }

  block(from: NodeId, to: NodeId): void {
    this.#blocked.add(path(from, to));
  }

  unblock(from: NodeId, to: NodeId): void {
    this.#blocked.delete(path(from, to));
  }

  slowDown(from: NodeId, to: NodeId, times: number): void {
    this.#slow.set(path(from, to), times);
  }

  heal(): void {
    this.#blocked.clear();
    this.#slow.clear();
  }
}

function path(from: NodeId, to: NodeId): number {
  return from * 256 + to;
}
