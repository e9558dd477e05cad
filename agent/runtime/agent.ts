/**
 * The request plane of an agent, from its configuration to its end: opens audit log, seal, core and
 * listeners in this order, and closes them in the other. What cannot be opened closes what was. It
 * runs on a thread of its own (request-program.ts) and is given the storage, which it closes, too.
 */
import type { MessagePort } from 'node:worker_threads';
import { AuditHasher } from '../../src/audit/hasher.ts';
import type { AuditTrail } from '../../src/audit/trail.ts';
import { KeyringBarrier } from '../../src/barrier/keyring-barrier.ts';
import { type BuiltCore, buildCore } from '../../src/core/build-core.ts';
import type { Core } from '../../src/core/core.ts';
import type { CoreOptions } from '../../src/core/options.ts';
import type { Leadership } from '../../src/core/system/parts.ts';
import { EventLog } from '../../src/core/events.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Random } from '../../src/ports/random.ts';
import { Seal } from '../../src/seal/seal.ts';
import { defaultLifetimeLimits } from '../../src/tokens/lifetime.ts';
import { Alarms } from '../alarms/alarms.ts';
import type { AgentConfig } from '../config/config.ts';
import { AuditTail } from '../control/topics/audit-tail.ts';
import { Admission } from '../http/admission/admission.ts';
import { OverloadWatch } from '../http/admission/overload-watch.ts';
import { nodeCeremonyKeys } from '../seal/ceremony-keys.ts';
import { HostSampler } from '../telemetry/host-sampler.ts';
import type { ControlServer } from '../control/control-server.ts';
import type { ProcessLog } from '../telemetry/log.ts';
import type { TlsIdentity } from '../tls/identity.ts';
import { AgentMetrics } from './agent-metrics.ts';
import { authorityDeposit } from './authority-deposit.ts';
import { watchCertificates } from './certificate-watch.ts';
import { authorityFolder, Certificates } from './certificates.ts';
import { collectGarbage } from './collect-garbage.ts';
import { type ControlParts, openControl } from './control.ts';
import { DiskWatch } from './disk-watch.ts';
import { engines } from './engines.ts';
import { fatal } from '../lifetime/fatal.ts';
import { hostClock, hostTimers } from '../lifetime/host-clock.ts';
import { Listeners } from './listeners.ts';
import { openAuditTrail } from './open-audit.ts';
import { buildDate, productVersion } from './product.ts';
import { SystemRandom } from './random.ts';
import { learnTerm } from '../serving/new-term.ts';
import { ServingThreads } from '../serving/serving-threads.ts';
import type { Storage } from '../threads/storage.ts';
import { Undo } from '../lifetime/undo.ts';

/** A single agent is its own leader, for ever in its first term. */
const onlyTerm = 1;
const hostTime = { clock: hostClock, timers: hostTimers };

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

async function open(config: AgentConfig, ports: AgentPorts, closing: Undo): Promise<Opened> {
  const { log, storage } = ports;
  const random = new SystemRandom();
  closing.push(() => storage.close());
  const alarms = new Alarms(hostClock);
  const tail = new AuditTail(config.node.id);
  const onWritten = tail.written;
  const trail = await openAuditTrail({ config, random, log, alarms, storage, onWritten });
  closing.push(() => trail.stop());
  const events = new EventLog({ trail, clock: hostClock, log });
  closing.push(() => events.record('stop'));

  const metrics = new AgentMetrics();
  const certificates = await Certificates.open(config, log, alarms);
  const leadership = leadershipOf(config);
  const onFatal = (reason: Error): never => fatal(log, reason);
  const serving = new ServingThreads({ ports: ports.serving, timers: hostTimers, onFatal });
  const plane = { config, log, random, storage, trail, leadership, metrics, certificates, serving };
  const { seal, barrier, built } = await buildPlane(plane, ports.onSealChange);
  closing.push(() => built.settled());
  closing.push(() => seal.seal());
  metrics.watchSeal(seal);
  metrics.watchTrail(trail);
  metrics.watchAlarms(alarms);
  metrics.watchStorage(storage);
  const disks = new DiskWatch({ config, alarms, timers: hostTimers, log });
  metrics.watchDisks(disks);
  closing.push(() => disks.stop());
  await disks.start();

  await events.record('start', { crashed: storage.crashed, version: productVersion });
  const admission = new Admission();
  const everyAdmission = serving.admissionWith(admission);
  metrics.watchAdmission(everyAdmission);
  metrics.watchServing(serving);
  const overload = new OverloadWatch({
    ...plane,
    admission: everyAdmission,
    alarms,
    events,
    ...hostTime,
  });
  closing.push(() => overload.stop());
  overload.start();
  const listenParts = { ...plane, tail, seal, barrier, built, alarms, admission };
  const listeners = await listen(listenParts, closing);
  const stopWatch = watchCertificates({
    certificates,
    timers: hostTimers,
    log,
    isSealed: () => seal.sealed,
    returnDeposit: () => built.returnDeposit(),
  });
  closing.push(stopWatch);
  built.duties.lead(onlyTerm);
  return { core: built.core, seal, trail, events, listeners, certificates };
}

type ListenParts = Omit<ControlParts, 'hostSamples'> & {
  readonly certificates: Certificates;
  readonly barrier: KeyringBarrier;
  readonly serving: ServingThreads;
};

/** Control channel and listeners: consoles are told first that the agent stops. */
async function listen(parts: ListenParts, closing: Undo): Promise<Listeners> {
  const { config, log, built, metrics, certificates, admission } = parts;
  const hostSamples = new HostSampler({ log, clock: hostClock, timers: hostTimers });
  closing.push(() => hostSamples.stop());
  const control = openControl({ ...parts, hostSamples });
  const listeners = new Listeners({
    config,
    log,
    certificates,
    metrics,
    handler: built.core,
    admission,
    upgrade: control,
  });
  closing.push(() => listeners.drain());
  closing.push(() => control.stop());
  await listeners.start();
  welcomeServing(parts, listeners, control);
  return listeners;
}

/**
 * The serving threads listen on the same ports, show the same certificates, and pass on the rest.
 */
function welcomeServing(
  { serving, barrier, built, trail, metrics, certificates }: ListenParts,
  listeners: Listeners,
  control: ControlServer,
): void {
  const shared = listeners.shared();
  for (const [at, { config }] of shared.entries()) {
    const replaceIdentity = (identity: TlsIdentity): void => serving.replaceIdentity(at, identity);
    certificates.serve({ replaceIdentity }, config);
  }
  const ports = {
    handler: built.core,
    trail,
    consoles: control,
    observe: metrics.observe,
    learnTerm: (namespace: string) => learnTerm(barrier, namespace),
    stopping: () => void control.stop(),
  };
  serving.welcome(ports, {
    logName: trail.logName,
    listeners: shared.map(({ listener }) => listener),
  });
}

interface PlaneParts {
  readonly config: AgentConfig;
  readonly log: Log;
  readonly random: Random;
  readonly storage: Storage;
  readonly trail: AuditTrail;
  readonly leadership: Leadership;
  readonly metrics: AgentMetrics;
  readonly certificates: Certificates;
  readonly serving: ServingThreads;
}

/** The request plane: barrier, seal and core. */
async function buildPlane(
  parts: PlaneParts,
  onSealChange: AgentPorts['onSealChange'],
): Promise<{ seal: Seal; barrier: KeyringBarrier; built: BuiltCore }> {
  const { config, log, random, storage, trail, leadership, metrics, certificates, serving } = parts;
  const host = { random, clock: hostClock, timers: hostTimers, log };
  const onNewTerm = (namespace: string): void => serving.tellNewTerm(namespace);
  const barrier = new KeyringBarrier({ store: storage.store, random, onNewTerm });
  const sealPorts = { ...host, store: storage.store, barrier, collectGarbage };
  const seal = new Seal(sealPorts);
  await seal.load();
  // Before the parts of this thread stop, so that none answers when that is told.
  seal.onSealed(() => serving.close());
  const built = buildCore({
    ...host,
    store: storage.store,
    barrier,
    seal,
    trail,
    auditHasher: new AuditHasher(),
    engines,
    leadership,
    ceremonyKeys: nodeCeremonyKeys(random),
    metricsText: () => metrics.text(),
    options: coreOptions(config, storage),
    onFatal: (error) => fatal(log, error),
    ...(config.node.data === undefined
      ? {}
      : { deposit: authorityDeposit(authorityFolder(config.node.data), certificates) }),
  });
  seal.onUnsealed(() => serving.open(barrier.shareRootKey()));
  seal.onUnsealed(() => onSealChange(false));
  seal.onSealed(() => onSealChange(true));
  return { seal, barrier, built };
}

function leadershipOf({ node }: AgentConfig): Leadership {
  return {
    current: () => ({ leaderId: node.id, term: onlyTerm }),
    stepDown: async () => undefined,
  };
}

function coreOptions(config: AgentConfig, storage: Storage): CoreOptions {
  return {
    nodeId: config.node.id,
    storageType: storage.type,
    version: productVersion,
    buildDate: buildDate(),
    initFrom: config.init.from,
    generateRootFrom: 'local',
    metricsAccess: config.metrics.access,
    lifetimes: defaultLifetimeLimits,
    initialMounts: config.init.mounts.map(({ path, type, version }) => ({
      path: `${path}/`,
      type,
      options: { version: String(version) },
    })),
    auditDevices: config.audit.map(({ name, type, path, sync }) => ({
      name,
      type,
      description: '',
      options: { file_path: path, sync },
    })),
  };
}
