/**
 * The request plane of an agent, from its configuration to its end: opens audit log, seal, core and
 * listeners in this order, and closes them in the other. What cannot be opened closes what was. It
 * runs on a thread of its own (request-program.ts) and is given the storage, which it closes, too.
 */
import type { MessagePort } from 'node:worker_threads';
import type { AuditTrail } from '../../src/audit/trail.ts';
import type { Core } from '../../src/core/core.ts';
import { EventLog } from '../../src/core/events.ts';
import type { Leadership } from '../../src/core/system/parts.ts';
import type { Random } from '../../src/ports/random.ts';
import type { Seal } from '../../src/seal/seal.ts';
import { Alarms } from '../alarms/alarms.ts';
import type { AgentConfig } from '../config/config.ts';
import { AuditTail } from '../control/topics/audit-tail.ts';
import { Admission } from '../http/admission/admission.ts';
import { OverloadWatch } from '../http/admission/overload-watch.ts';
import { fatal } from '../lifetime/fatal.ts';
import { hostClock, hostTimers } from '../lifetime/host-clock.ts';
import { Undo } from '../lifetime/undo.ts';
import { ServingThreads } from '../serving/serving-threads.ts';
import type { ProcessLog } from '../telemetry/log.ts';
import type { Storage } from '../threads/storage.ts';
import { AgentMetrics } from './agent-metrics.ts';
import { watchCertificates } from './certificate-watch.ts';
import { Certificates } from './certificates.ts';
import { DiskWatch } from './disk-watch.ts';
import type { Listeners } from './listeners.ts';
import { openAuditTrail } from './open-audit.ts';
import { openSurfaces } from './open-surfaces.ts';
import { productVersion } from './product.ts';
import { SystemRandom } from './random.ts';
import { openRequestPlane, type RequestPlane } from './request-plane.ts';

/** A single agent is its own leader, for ever in its first term. */
const onlyTerm = 1;

export interface AgentPorts {
  readonly log: ProcessLog;
  readonly storage: Storage;
  /** Links to the serving threads. */
  readonly serving: readonly MessagePort[];
  /** Told of every change between sealed and unsealed. */
  readonly onSealChange: (sealed: boolean) => void;
}

export class Agent {
  readonly core: Core;
  readonly seal: Seal;
  readonly #trail: AuditTrail;
  readonly #events: EventLog;
  readonly #listeners: Listeners;
  readonly #certificates: Certificates;
  readonly #closing: Undo;

  private constructor(opened: Opened, closing: Undo) {
    this.core = opened.core;
    this.seal = opened.seal;
    this.#trail = opened.trail;
    this.#events = opened.events;
    this.#listeners = opened.listeners;
    this.#certificates = opened.certificates;
    this.#closing = closing;
  }

  /** Resolves when every listener accepts connections. Throws registered failures. */
  static async start(config: AgentConfig, ports: AgentPorts): Promise<Agent> {
    const closing = new Undo();
    try {
      return new Agent(await open(config, ports, closing), closing);
    } catch (error) {
      await closing.run();
      throw error;
    }
  }

  /** Where it listens, as clients write it. */
  get addresses(): readonly string[] {
    return this.#listeners.addresses;
  }

  /** The file that clients of `tls: auto` trust. */
  get authorityPath(): string | undefined {
    return this.#certificates.authorityPath;
  }

  /** SIGHUP: certificates and audit files (the log level is the caller's). */
  async reload(): Promise<void> {
    this.#certificates.reload();
    await this.#trail.reopen();
    await this.#events.record('config_reloaded');
  }

  /** Finishes what is under way, drops the keys, closes everything. Idempotent. */
  stop(): Promise<void> {
    return this.#closing.run();
  }
}

interface Opened {
  readonly core: Core;
  readonly seal: Seal;
  readonly trail: AuditTrail;
  readonly events: EventLog;
  readonly listeners: Listeners;
  readonly certificates: Certificates;
}

/** Everything in the order in which it is opened; `closing` undoes it in the other. */
async function open(config: AgentConfig, ports: AgentPorts, closing: Undo): Promise<Opened> {
  const { log, storage, onSealChange } = ports;
  const host = { config, log, storage, random: new SystemRandom(), alarms: new Alarms(hostClock) };
  closing.push(() => storage.close());
  const audit = await openAudit(host, closing);
  const base = {
    ...host,
    ...audit,
    leadership: leadershipOf(config),
    metrics: new AgentMetrics(),
    certificates: await Certificates.open(config, log, host.alarms),
    serving: servingThreads(ports),
  };
  const plane = await openRequestPlane({ ...base, onSealChange }, closing);
  const parts = { ...base, ...plane };
  countState(parts);
  await watchDisks(parts, closing);
  await parts.events.record('start', { crashed: storage.crashed, version: productVersion });
  const admission = openAdmission(parts, closing);
  const listeners = await openSurfaces({ ...parts, admission }, closing);
  renewCertificates(parts, closing);
  parts.built.duties.lead(onlyTerm);
  return { ...parts, core: parts.built.core, listeners };
}

interface HostParts {
  readonly config: AgentConfig;
  readonly log: ProcessLog;
  readonly storage: Storage;
  readonly random: Random;
  readonly alarms: Alarms;
}

interface AuditParts {
  readonly trail: AuditTrail;
  readonly events: EventLog;
  /** The newest records, for consoles. */
  readonly tail: AuditTail;
}

interface PlaneParts extends HostParts, AuditParts, RequestPlane {
  readonly metrics: AgentMetrics;
  readonly certificates: Certificates;
  readonly serving: ServingThreads;
}

/** The log, whose last record is that the agent stops. */
async function openAudit(host: HostParts, closing: Undo): Promise<AuditParts> {
  const tail = new AuditTail(host.config.node.id);
  const trail = await openAuditTrail({ ...host, onWritten: tail.written });
  closing.push(() => trail.stop());
  const events = new EventLog({ trail, clock: hostClock, log: host.log });
  closing.push(() => events.record('stop'));
  return { trail, events, tail };
}

function servingThreads({ log, serving }: AgentPorts): ServingThreads {
  const onFatal = (reason: Error): never => fatal(log, reason);
  return new ServingThreads({ ports: serving, timers: hostTimers, onFatal });
}

function countState({ metrics, seal, trail, alarms, storage }: PlaneParts): void {
  metrics.watchSeal(seal);
  metrics.watchTrail(trail);
  metrics.watchAlarms(alarms);
  metrics.watchStorage(storage);
}

/** Resolves after the first look: a full disk is known before anybody is served. */
async function watchDisks(parts: PlaneParts, closing: Undo): Promise<void> {
  const disks = new DiskWatch({ ...parts, timers: hostTimers });
  parts.metrics.watchDisks(disks);
  closing.push(() => disks.stop());
  await disks.start();
}

/** The admission of this thread; figures and alarms are of all of them. */
function openAdmission({ serving, ...parts }: PlaneParts, closing: Undo): Admission {
  const own = new Admission();
  const admission = serving.admissionWith(own);
  parts.metrics.watchAdmission(admission);
  parts.metrics.watchServing(serving);
  const time = { clock: hostClock, timers: hostTimers };
  const overload = new OverloadWatch({ ...parts, ...time, admission });
  closing.push(() => overload.stop());
  overload.start();
  return own;
}

function renewCertificates({ certificates, log, seal, built }: PlaneParts, closing: Undo): void {
  const stop = watchCertificates({
    certificates,
    timers: hostTimers,
    log,
    isSealed: () => seal.sealed,
    returnDeposit: () => built.returnDeposit(),
  });
  closing.push(stop);
}

function leadershipOf({ node }: AgentConfig): Leadership {
  return {
    current: () => ({ leaderId: node.id, term: onlyTerm }),
    stepDown: async () => undefined,
  };
}
