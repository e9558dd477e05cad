/**
 * Clients of a simulated cluster: each asks for one thing after the other, of a node that it thinks
 * leads or of any, and remembers what it was told. One that was told nothing goes on as another.
 */
import type { Outcome, WriteRequest } from '../hosts/host.ts';
import type { Chance } from '../world/chance.ts';
import type { Machine } from '../world/machine.ts';
import { usPerMs } from '../world/scheduler.ts';
import type { World } from '../world/world.ts';
import type { Operation } from './history.ts';

/** A client asks the node that leads so often; else any. */
const asksLeaderPermille = 800;

export class Clients {
  readonly #world: World;
  readonly operations: Operation[] = [];
  /** The newest revision of each key that any client has been told of: what conditions name. */
  readonly #known = new Map<number, number>();
  #clock = 0;
  #values = 0;
  isStopped = false;

  constructor(world: World) {
    this.#world = world;
    for (let client = 1; client <= world.plan.clients.count; client += 1) {
      this.#askLater(client, world.chance.fork(`client ${client}`));
    }
  }

  #askLater(client: number, chance: Chance): void {
    const { clients } = this.#world.plan;
    this.#world.scheduler.after(chance.aroundMean(clients.pauseMeanUs), () => {
      if (!this.isStopped) this.#ask(client, chance);
    });
  }

  #ask(client: number, chance: Chance): void {
    const { plan } = this.#world;
    const key = 1 + chance.below(plan.clients.keys);
    const isRead = chance.permille(plan.clients.readPermille);
    const write = isRead ? undefined : this.#makeWrite(key, chance);
    const asksLeader = chance.permille(asksLeaderPermille);
    const any = chance.of(this.#world.machines);
    const machine = asksLeader ? (this.#world.leader() ?? any) : any;
    this.#clock += 1;
    const operation: Operation = {
      client,
      key,
      write,
      began: this.#clock,
      ended: Number.POSITIVE_INFINITY,
      outcome: undefined,
    };
    this.operations.push(operation);
    this.#send(machine, operation, () => this.#askLater(client, chance));
  }

  #makeWrite(key: number, chance: Chance): WriteRequest {
    this.#values += 1;
    const isConditional = chance.permille(this.#world.plan.clients.conditionalPermille);
    const ifRevision = isConditional ? (this.#known.get(key) ?? 0) : undefined;
    return { key, value: this.#values, ifRevision };
  }

  /** `goOn` is called once: with the answer, or when the client has waited long enough. */
  #send(machine: Machine, operation: Operation, goOn: () => void): void {
    const { scheduler, plan, oracle } = this.#world;
    const patience = scheduler.after(plan.clients.timeoutMs * usPerMs, () => {
      operation.outcome = { kind: 'unknown' };
      oracle.findings.count('unknowns');
      goOn();
    });
    let isSettled = false;
    const done = (outcome: Outcome): void => {
      if (isSettled || operation.outcome !== undefined) return;
      isSettled = true;
      patience.cancel();
      // The answer takes a moment to leave the turn it was given in.
      scheduler.after(0, () => {
        this.#settle(operation, outcome);
        goOn();
      });
    };
    if (machine.host === undefined) {
      done({ kind: 'refused' });
      return;
    }
    machine.turn('client', (host) => {
      const { write, key } = operation;
      if (write === undefined) host.read(key, done);
      else host.write(write, done);
    });
  }

  #settle(operation: Operation, outcome: Outcome): void {
    this.#clock += 1;
    operation.outcome = outcome;
    if (outcome.kind === 'unknown') return;
    operation.ended = this.#clock;
    if (outcome.kind !== 'done') return;
    this.#world.oracle.findings.count(operation.write === undefined ? 'reads' : 'writes');
    const known = this.#known.get(operation.key) ?? 0;
    this.#known.set(operation.key, Math.max(known, outcome.keyRevision));
  }
}
