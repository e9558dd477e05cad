/**
 * A cluster in a simulated world: nodes with disks, a network, clients, and an oracle that sees all
 * of them. One run goes through chaos, then everything is healed, and it must come to work again.
 */
import assert from 'node:assert/strict';
import { productionSizes } from '../../../src/raft/options.ts';
import type { RawNode } from '../../../src/raft/raw-node.ts';
import type { NodeId } from '../../../src/raft/types.ts';
import { FullCheck } from '../check/full-check.ts';
import { sentMessage } from '../hosts/replica-frames.ts';
import { Oracle } from '../check/oracle.ts';
import { CoreBody } from '../hosts/core-body.ts';
import { CoreHost } from '../hosts/core-host.ts';
import { ReplicaBody } from '../hosts/replica-body.ts';
import type { Parcel } from '../hosts/context.ts';
import type { Body } from '../hosts/host.ts';
import { Chance } from './chance.ts';
import { Disk } from './disk.ts';
import { Machine } from './machine.ts';
import { Network } from './network.ts';
import type { Plan } from './plan.ts';
import { Scheduler, usPerMs } from './scheduler.ts';
import { SimLinks } from './sim-links.ts';
import { Trace } from './trace.ts';

const eventsBetweenFullChecks = 200;

export class World {
  readonly plan: Plan;
  readonly scheduler = new Scheduler();
  readonly chance: Chance;
  readonly trace = new Trace();
  readonly network: Network;
  readonly oracle: Oracle;
  readonly machines: readonly Machine[];
  /** Nodes that somebody wanted removed, whether they were or not. */
  readonly removed = new Set<NodeId>();
  readonly #byId: ReadonlyMap<NodeId, Machine>;
  readonly #fullCheck: FullCheck;
  readonly #links: SimLinks;
  #contexts = 0;
  #checkedAt = 0;

  constructor(plan: Plan) {
    this.plan = plan;
    this.chance = new Chance(`world ${plan.seed}`);
    this.network = new Network(this.scheduler, this.chance.fork('network'), plan.network);
    this.#links = new SimLinks(this.scheduler, this.network, this.chance.fork('links'));
    this.oracle = new Oracle((id) => this.#byId.get(id)?.body.log);
    this.#fullCheck = new FullCheck(this.oracle);
    const ids = Array.from({ length: plan.voters + plan.spares }, (_, position) => position + 1);
    this.machines = ids.map((id) => this.#makeMachine(id));
    this.#byId = new Map(this.machines.map((machine) => [machine.id, machine]));
    for (const machine of this.machines) machine.start();
  }

  machine(id: NodeId): Machine {
    const machine = this.#byId.get(id);
    assert.ok(machine !== undefined, `there is a node ${id}`);
    return machine;
  }

  /** The node that leads in the highest term, as far as it knows. */
  leader(): Machine | undefined {
    let best: Machine | undefined;
    for (const machine of this.machines) {
      const raft = machine.host?.core?.raft;
      if (raft?.role !== 'leader') continue;
      if (raft.term > (best?.host?.core?.raft.term ?? 0)) best = machine;
    }
    return best;
  }

  /** Lets it happen until that time, or until `isDone`, which is asked after every event. */
  runUntil(untilMs: number, isDone: () => boolean = () => false): boolean {
    const until = untilMs * usPerMs;
    while (this.scheduler.runNext(until)) {
      if (isDone()) return true;
      if (this.trace.events - this.#checkedAt >= eventsBetweenFullChecks) this.checkAll();
    }
    return false;
  }

  get nowMs(): number {
    return this.scheduler.now / usPerMs;
  }

  checkAll(): void {
    this.#checkedAt = this.trace.events;
    this.#fullCheck.check(
      this.machines.map(({ id, body, host, isAmnesiac }) => {
        return { id, log: body.log, host, isAmnesiac };
      }),
    );
  }

  #makeMachine(id: NodeId): Machine {
    const { plan, scheduler } = this;
    const chance = this.chance.fork(`node ${id}`);
    const disk = new Disk(scheduler, chance.fork('disk'), plan.disk);
    const drift = plan.driftPermilleMax;
    // It costs a fifth of a run: every other world.
    const readsFrames = plan.seed % 2 === 0;
    return new Machine({
      scheduler,
      chance,
      body: this.#makeBody(id, disk, chance),
      tickUs: plan.tickMs * usPerMs,
      clockRate: 1 + (chance.between(0, 2 * drift) - drift) / 1_000,
      context: {
        sizes: { ...productionSizes, ...plan.sizes },
        tickMs: plan.tickMs,
        applyMeanUs: plan.applyMeanUs,
        trailingEntries: plan.trailingEntries,
        nextContext: () => (this.#contexts += 1),
      },
      send: (to, parcel) => this.#send(id, to, parcel),
      witness: {
        sent: (message) => this.oracle.sent(message),
        applied: (entry, conf) => this.oracle.applied(id, entry, conf),
        happened: (happening) => this.oracle.findings.count(happening),
        changed: (event) => this.oracle.changed(event),
      },
      links: this.#links,
      sentFrame: (frame) => {
        if (readsFrames) sentMessage(frame, (message) => this.oracle.sent(message));
      },
      started: (machine) => {
        this.trace.note(scheduler.now, 'start', id);
        if (machine.host?.core !== undefined) this.#look(machine, machine.host.core);
      },
      turned: (machine, { core }, what) => {
        if (core === undefined) {
          this.trace.note(scheduler.now, what, id);
          return;
        }
        const { term, log } = core.raft;
        this.trace.note(scheduler.now, what, id, term, log.committed, log.lastIndex());
        this.#look(machine, core);
      },
      ended: (_machine, reason) => {
        this.trace.note(scheduler.now, 'end', id, reason);
        this.oracle.findings.count('crashes');
      },
    });
  }

  #look(machine: Machine, core: RawNode): void {
    if (machine.isAmnesiac) return;
    if (machine.isKnown) this.oracle.observe(machine.id, core);
    else this.oracle.started(machine.id, core);
    machine.isKnown = true;
  }

  #makeBody(id: NodeId, disk: Disk, chance: Chance): Body {
    const { tier, voters: count } = this.plan;
    const voters = Array.from({ length: count }, (_, position) => position + 1);
    if (tier === 'core') return new CoreBody(id, disk, voters);
    return new ReplicaBody({ id, disk, voters, chance: chance.fork('body') });
  }

  #send(from: NodeId, to: NodeId, parcel: Parcel): void {
    const machine = this.#byId.get(to);
    if (machine === undefined) return;
    this.network.send(from, to, () => {
      machine.turn(parcel.message.type, (host) => {
        if (host instanceof CoreHost) host.receive(parcel);
      });
    });
  }
}
