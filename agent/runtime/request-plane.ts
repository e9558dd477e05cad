/** The request plane: barrier, seal and core, with what each of them is told of the others. */
import { AuditHasher } from '../../src/audit/hasher.ts';
import type { AuditTrail } from '../../src/audit/trail.ts';
import { KeyringBarrier } from '../../src/barrier/keyring-barrier.ts';
import { type BuiltCore, buildCore } from '../../src/core/build-core.ts';
import type { CoreOptions } from '../../src/core/options.ts';
import type { Leadership } from '../../src/core/system/parts.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Random } from '../../src/ports/random.ts';
import { Seal } from '../../src/seal/seal.ts';
import { defaultLifetimeLimits } from '../../src/tokens/lifetime.ts';
import type { AgentConfig } from '../config/config.ts';
import { fatal } from '../lifetime/fatal.ts';
import { hostClock, hostTimers } from '../lifetime/host-clock.ts';
import type { Undo } from '../lifetime/undo.ts';
import { nodeCeremonyKeys } from '../seal/ceremony-keys.ts';
import type { ServingThreads } from '../serving/serving-threads.ts';
import type { Storage } from '../threads/storage.ts';
import type { AgentMetrics } from './agent-metrics.ts';
import { authorityDeposit } from './authority-deposit.ts';
import { authorityFolder, type Certificates } from './certificates.ts';
import { collectGarbage } from './collect-garbage.ts';
import { engines } from './engines.ts';
import { buildDate, productVersion } from './product.ts';

export interface RequestPlaneParts {
  readonly config: AgentConfig;
  readonly log: Log;
  readonly random: Random;
  readonly storage: Storage;
  readonly trail: AuditTrail;
  readonly leadership: Leadership;
  readonly metrics: Pick<AgentMetrics, 'text'>;
  readonly certificates: Certificates;
  readonly serving: ServingThreads;
  /** Told of every change between sealed and unsealed. */
  readonly onSealChange: (sealed: boolean) => void;
}

export interface RequestPlane {
  readonly seal: Seal;
  readonly barrier: KeyringBarrier;
  readonly built: BuiltCore;
}

/** Reads the seal and stays sealed. Closing it drops the keys. Throws what `Seal.load` throws. */
export async function openRequestPlane(
  parts: RequestPlaneParts,
  closing: Undo,
): Promise<RequestPlane> {
  const { log, random, storage, serving, onSealChange } = parts;
  const { store } = storage;
  const onNewTerm = (namespace: string): void => serving.tellNewTerm(namespace);
  const barrier = new KeyringBarrier({ store, random, onNewTerm });
  const host = { random, clock: hostClock, timers: hostTimers, log };
  const seal = new Seal({ ...host, store, barrier, collectGarbage });
  await seal.load();
  // Who listens to the seal first is told first: the serving threads stop before the parts of this
  // one, so that none answers when those are told, and start after them.
  seal.onSealed(() => serving.close());
  const built = buildCore({ ...host, ...coreParts(parts), seal, barrier });
  seal.onUnsealed(() => serving.open(barrier.shareRootKey()));
  seal.onUnsealed(() => onSealChange(false));
  seal.onSealed(() => onSealChange(true));
  closing.push(() => built.settled());
  closing.push(() => seal.seal());
  return { seal, barrier, built };
}

type OwnParts = 'random' | 'clock' | 'timers' | 'log' | 'seal' | 'barrier';

function coreParts({
  config,
  log,
  random,
  storage,
  trail,
  leadership,
  metrics,
  certificates,
}: RequestPlaneParts): Omit<Parameters<typeof buildCore>[0], OwnParts> {
  return {
    store: storage.store,
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
